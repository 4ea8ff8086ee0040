BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE aliases (
	alias VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	article_id VARCHAR NOT NULL, 
	CONSTRAINT pk_aliases PRIMARY KEY (alias), 
	CONSTRAINT fk_aliases_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE TABLE articles (
	id VARCHAR NOT NULL, 
	slug VARCHAR NOT NULL, 
	code VARCHAR, 
	author VARCHAR NOT NULL, 
	domain VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	confidence INTEGER NOT NULL, 
	risk VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	trust VARCHAR NOT NULL, 
	versions JSON NOT NULL, 
	runtimes JSON NOT NULL, 
	extra JSON NOT NULL, 
	published_at VARCHAR, 
	updated_at VARCHAR, 
	created_at VARCHAR, 
	published_ms BIGINT NOT NULL, 
	updated_ms BIGINT NOT NULL, 
	unit VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	CONSTRAINT pk_articles PRIMARY KEY (id), 
	CONSTRAINT uq_articles_code UNIQUE (code), 
	CONSTRAINT uq_articles_slug UNIQUE (slug)
);
INSERT INTO "articles" VALUES('art_SDI9LF3ezmIF','json-decode-errors','DATA-001','Fixbook','error_codes','pending',0,'low','published','executed','[]','[]','{}','2026-11-22T11:42:00.000Z','2026-11-22T11:42:00.000Z','2026-11-22T11:42:00.000Z',1795347720000,1795347720000,'content/json-decode-errors','7ca66d7a76b59380614f2973f1880c754a4bb0d29569cf74b834e46da72d22be');
CREATE TABLE code_blocks (
	article_id VARCHAR NOT NULL, 
	lang VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	language VARCHAR NOT NULL, 
	content TEXT NOT NULL, 
	description TEXT NOT NULL, 
	CONSTRAINT pk_code_blocks PRIMARY KEY (article_id, lang, position), 
	CONSTRAINT fk_code_blocks_article_id_lang FOREIGN KEY(article_id, lang) REFERENCES translations (article_id, lang) ON DELETE CASCADE
);
CREATE TABLE error_entries (
	article_id VARCHAR NOT NULL, 
	lang VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	error TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	solution TEXT NOT NULL, 
	anchor TEXT NOT NULL, 
	CONSTRAINT pk_error_entries PRIMARY KEY (article_id, lang, position), 
	CONSTRAINT fk_error_entries_article_id_lang FOREIGN KEY(article_id, lang) REFERENCES translations (article_id, lang) ON DELETE CASCADE
);
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','en',0,'json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)','Empty text, HTML, or a word such as None','Check HTTP status and the first characters','error-jsondecoderjsondecodeerror-expecting-value-l');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','en',1,'SyntaxError: Unexpected token ''<'', "<!DOCTYPE "... is not valid JSON','Node.js, browsers: HTML in place of JSON','response.ok, URL, login','error-syntaxerror-unexpected-token--doctype');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','en',2,'SyntaxError: Unexpected end of JSON input','Empty or cut off','Look at length and status','error-syntaxerror-unexpected-end-of-json-input');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','en',3,'json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)','Single quotes, unquoted key; before } a trailing comma (up to Python 3.12)','json.dumps; remove the comma','error-jsondecoderjsondecodeerror-expecting-property');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','en',4,'json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)','Several values: JSON Lines, or text after the JSON','Parse each line','error-jsondecoderjsondecodeerror-extra-data-line-2');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','en',5,'json.decoder.JSONDecodeError: Invalid \escape: line 1 column 14 (char 13)','Single backslash in a string','\\ or /','error-jsondecoderjsondecodeerror-invalid-escape-l');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','en',6,'SyntaxError: Bad escaped character in JSON at position 14','Single backslash in a string','\\ or /','error-syntaxerror-bad-escaped-character-in-json-at-po');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','en',7,'TypeError: Object of type datetime is not JSON serializable','Type that JSON does not have: datetime, Decimal, set, bytes','default=str, or convert first','error-typeerror-object-of-type-datetime-is-not-json-s');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','en',8,'TypeError: Converting circular structure to JSON','Node.js: object that contains itself','Choose the fields to write','error-typeerror-converting-circular-structure-to-json');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','zh',0,'json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)','文本为空、是 HTML，或是 None 之类的词','检查 HTTP 状态码和开头的字符','error-jsondecoderjsondecodeerror-expecting-value-l');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','zh',1,'SyntaxError: Unexpected token ''<'', "<!DOCTYPE "... is not valid JSON','Node.js、浏览器：收到 HTML 而不是 JSON','检查 response.ok、URL、登录状态','error-syntaxerror-unexpected-token--doctype');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','zh',2,'SyntaxError: Unexpected end of JSON input','为空或被截断','查看长度和状态码','error-syntaxerror-unexpected-end-of-json-input');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','zh',3,'json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)','单引号、键没有引号；在 } 之前则是多余的逗号（Python 3.12 及以前）','json.dumps；删掉逗号','error-jsondecoderjsondecodeerror-expecting-property');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','zh',4,'json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)','有多个值：JSON Lines，或 JSON 之后还有文字','逐行解析','error-jsondecoderjsondecodeerror-extra-data-line-2');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','zh',5,'json.decoder.JSONDecodeError: Invalid \escape: line 1 column 14 (char 13)','字符串里有单个反斜杠','写 \\ 或 /','error-jsondecoderjsondecodeerror-invalid-escape-l');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','zh',6,'SyntaxError: Bad escaped character in JSON at position 14','字符串里有单个反斜杠','写 \\ 或 /','error-syntaxerror-bad-escaped-character-in-json-at-po');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','zh',7,'TypeError: Object of type datetime is not JSON serializable','JSON 没有的类型：datetime、Decimal、set、bytes','default=str，或先转换','error-typeerror-object-of-type-datetime-is-not-json-s');
INSERT INTO "error_entries" VALUES('art_SDI9LF3ezmIF','zh',8,'TypeError: Converting circular structure to JSON','Node.js：对象包含自己','只挑需要的字段写出','error-typeerror-converting-circular-structure-to-json');
CREATE TABLE generation (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	index_name VARCHAR NOT NULL, 
	published_at VARCHAR NOT NULL, 
	articles INTEGER NOT NULL, 
	CONSTRAINT pk_generation PRIMARY KEY (id), 
	CONSTRAINT ck_generation_single_row CHECK (id = 1)
);
INSERT INTO "generation" VALUES(1,1,'00000001-44a72ace','2026-11-22T17:54:37.238Z',1);
CREATE TABLE keywords (
	article_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	keyword VARCHAR NOT NULL, 
	CONSTRAINT pk_keywords PRIMARY KEY (article_id, position), 
	CONSTRAINT fk_keywords_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',0,'JSONDecodeError');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',1,'Expecting value line 1 column 1 (char 0)');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',2,'Extra data');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',3,'Expecting property name enclosed in double quotes');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',4,'Invalid \escape');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',5,'Unterminated string');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',6,'Unexpected token < in JSON');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',7,'Unexpected end of JSON input');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',8,'is not valid JSON');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',9,'is not JSON serializable');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',10,'Converting circular structure to JSON');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',11,'trailing comma');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',12,'single quotes');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',13,'JSON Lines');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',14,'EJSONPARSE');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',15,'JSON 解析错误');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',16,'单引号');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',17,'尾随逗号');
INSERT INTO "keywords" VALUES('art_SDI9LF3ezmIF',18,'序列化');
CREATE TABLE questions (
	article_id VARCHAR NOT NULL, 
	lang VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	question TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	CONSTRAINT pk_questions PRIMARY KEY (article_id, lang, position), 
	CONSTRAINT fk_questions_article_id_lang FOREIGN KEY(article_id, lang) REFERENCES translations (article_id, lang) ON DELETE CASCADE
);
INSERT INTO "questions" VALUES('art_SDI9LF3ezmIF','en',0,'What does "Expecting value: line 1 column 1 (char 0)" mean?','Already the first character is not JSON, mostly because there is none, or it is the `<` of an HTML page. Print `repr(text[:100])` and the HTTP status.');
INSERT INTO "questions" VALUES('art_SDI9LF3ezmIF','en',1,'Why does JSON want double quotes?','The standard allows nothing else, for keys as well. Single quotes mostly come from printing a Python dict; use `json.dumps`.');
INSERT INTO "questions" VALUES('art_SDI9LF3ezmIF','en',2,'May JSON have comments or a trailing comma?','No. Some programs accept them in their own configuration (tsconfig.json, VS Code); `json.loads`, `JSON.parse` and npm do not.');
INSERT INTO "questions" VALUES('art_SDI9LF3ezmIF','en',3,'How do I parse JSON that a language model wrote?','Ask for JSON output by the API''s own option if there is one. Otherwise cut out the text between the code fences, and treat an answer that ends in the middle as cut off: raise the limit of tokens, do not repair it.');
INSERT INTO "questions" VALUES('art_SDI9LF3ezmIF','zh',0,'“Expecting value: line 1 column 1 (char 0)” 是什么意思？','第一个字符就不是 JSON，多半是因为什么都没有，或者是 HTML 页面的 `<`。打印 `repr(text[:100])` 和 HTTP 状态码。');
INSERT INTO "questions" VALUES('art_SDI9LF3ezmIF','zh',1,'为什么 JSON 必须用双引号？','标准只允许双引号，键也一样。单引号通常来自打印 Python 字典，改用 `json.dumps`。');
INSERT INTO "questions" VALUES('art_SDI9LF3ezmIF','zh',2,'JSON 里能写注释或多余的逗号吗？','不能。有些程序在自己的配置里允许（tsconfig.json、VS Code），但 `json.loads`、`JSON.parse` 和 npm 都不接受。');
INSERT INTO "questions" VALUES('art_SDI9LF3ezmIF','zh',3,'大模型写出的 JSON 怎么解析？','接口有专门的 JSON 输出选项就用它。否则取出代码围栏之间的文本；结尾不完整就是被截断了，应提高 token 上限，而不是去修补。');
CREATE TABLE receipts (
	article_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	check_name VARCHAR NOT NULL, 
	outcome VARCHAR NOT NULL, 
	stale BOOLEAN NOT NULL, 
	ran_at VARCHAR NOT NULL, 
	receipt JSON NOT NULL, 
	CONSTRAINT pk_receipts PRIMARY KEY (article_id, position), 
	CONSTRAINT fk_receipts_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "receipts" VALUES('art_SDI9LF3ezmIF',0,'json-lines','fixed',0,'2026-11-22T15:01:39Z','{"check": "json-lines", "error": "json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)", "outcome": "fixed", "reason": "the error appeared without the fix and was gone with it, 2 of 2 times", "vouchesFor": {"en": "sha256:9e637ca10dcc77b6be51c4947a6c46b5", "zh": "sha256:b39f975005994c5455831078722635c8"}, "observed": [{"template": "<name>: Extra data: line <num> column <num> (char <num>)", "codes": []}], "repetitions": 2, "runs": [{"kind": "red", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.03, "limit": null, "output": "Traceback (most recent call last):\n  File \"/home/user/work/count.py\", line 3, in <module>\n    events = [json.loads(file.read())]\n              ^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/__init__.py\", line 346, in loads\n    return _default_decoder.decode(s)\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/decoder.py\", line 340, in decode\n    raise JSONDecodeError(\"Extra data\", s, end)\njson.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 13)"}]}, {"kind": "control", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.03, "limit": null, "output": "[as before]"}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.02, "limit": null, "output": "[as before]"}]}, {"kind": "green", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "fix", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 0, "seconds": 0.02, "limit": null, "output": "2"}, {"step": "confirm", "exitStatus": 0, "seconds": 0.02, "limit": null, "output": ""}]}], "environment": {"os": "Debian GNU/Linux 12 (bookworm)", "kernel": "Linux 6.18.44-fc-v669", "architecture": "x86_64", "runtimes": {"bash": "5.2.15"}}, "isolation": {"sandbox": "bubblewrap 0.8.0", "network": "own, loopback only", "user": "unprivileged, in a user namespace of its own", "files": "the system read-only, home and work folder in memory", "limits": "20 s a step, 1536 MiB memory, 256 processes, 96 MiB disk"}, "ranAt": "2026-11-22T15:01:39Z", "runner": 1}');
INSERT INTO "receipts" VALUES('art_SDI9LF3ezmIF',1,'not-serializable','fixed',0,'2026-11-22T15:01:40Z','{"check": "not-serializable", "error": "TypeError: Object of type datetime is not JSON serializable", "outcome": "fixed", "reason": "the error appeared without the fix and was gone with it, 2 of 2 times", "vouchesFor": {"en": "sha256:a4d13bca9165f0d407f6d491cfc6a128", "zh": "sha256:9fce33f6e682fd376252b4c2ac80c27d"}, "observed": [{"template": "TypeError: Object of type datetime is not JSON serializable", "codes": []}], "repetitions": 2, "runs": [{"kind": "red", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.02, "limit": null, "output": "[4 lines]\n  File \"/usr/lib/python3.11/json/__init__.py\", line 231, in dumps\n    return _default_encoder.encode(obj)\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/encoder.py\", line 200, in encode\n    chunks = self.iterencode(o, _one_shot=True)\n             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/encoder.py\", line 258, in iterencode\n    return _iterencode(o, 0)\n           ^^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/encoder.py\", line 180, in default\n    raise TypeError(f''Object of type {o.__class__.__name__} ''\nTypeError: Object of type datetime is not JSON serializable"}]}, {"kind": "control", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.02, "limit": null, "output": "[as before]"}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.02, "limit": null, "output": "[as before]"}]}, {"kind": "green", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "fix", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 0, "seconds": 0.02, "limit": null, "output": "{\"at\": \"<time>\", \"ok\": true}"}, {"step": "confirm", "exitStatus": 0, "seconds": 0.02, "limit": null, "output": ""}]}], "environment": {"os": "Debian GNU/Linux 12 (bookworm)", "kernel": "Linux 6.18.44-fc-v669", "architecture": "x86_64", "runtimes": {"bash": "5.2.15"}}, "isolation": {"sandbox": "bubblewrap 0.8.0", "network": "own, loopback only", "user": "unprivileged, in a user namespace of its own", "files": "the system read-only, home and work folder in memory", "limits": "20 s a step, 1536 MiB memory, 256 processes, 96 MiB disk"}, "ranAt": "2026-11-22T15:01:40Z", "runner": 1}');
INSERT INTO "receipts" VALUES('art_SDI9LF3ezmIF',2,'single-quotes','fixed',0,'2026-11-22T15:01:38Z','{"check": "single-quotes", "error": "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)", "outcome": "fixed", "reason": "the error appeared without the fix and was gone with it, 2 of 2 times", "vouchesFor": {"en": "sha256:71789ff573f54e490926fb029a79b48a", "zh": "sha256:d93095315b489d5f4fdef0b7c71f69ce"}, "observed": [{"template": "<name>: Expecting property name enclosed in double quotes: line <num> column <num> (char <num>)", "codes": []}], "repetitions": 2, "runs": [{"kind": "red", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.01, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.05, "limit": null, "output": "[5 lines]\n    return loads(fp.read(),\n           ^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/__init__.py\", line 346, in loads\n    return _default_decoder.decode(s)\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/decoder.py\", line 337, in decode\n    obj, end = self.raw_decode(s, idx=_w(s, 0).end())\n               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/decoder.py\", line 353, in raw_decode\n    obj, end = self.scan_once(s, idx)\n               ^^^^^^^^^^^^^^^^^^^^^^\njson.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}]}, {"kind": "control", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.01, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.04, "limit": null, "output": "[as before]"}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.04, "limit": null, "output": "[as before]"}]}, {"kind": "green", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.01, "limit": null, "output": ""}, {"step": "fix", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 0, "seconds": 0.04, "limit": null, "output": "demo"}, {"step": "confirm", "exitStatus": 0, "seconds": 0.02, "limit": null, "output": ""}]}], "environment": {"os": "Debian GNU/Linux 12 (bookworm)", "kernel": "Linux 6.18.44-fc-v669", "architecture": "x86_64", "runtimes": {"bash": "5.2.15"}}, "isolation": {"sandbox": "bubblewrap 0.8.0", "network": "own, loopback only", "user": "unprivileged, in a user namespace of its own", "files": "the system read-only, home and work folder in memory", "limits": "20 s a step, 1536 MiB memory, 256 processes, 96 MiB disk"}, "ranAt": "2026-11-22T15:01:38Z", "runner": 1}');
INSERT INTO "receipts" VALUES('art_SDI9LF3ezmIF',3,'windows-path','fixed',0,'2026-11-22T15:01:39Z','{"check": "windows-path", "error": "json.decoder.JSONDecodeError: Invalid \\escape: line 1 column 14 (char 13)", "outcome": "fixed", "reason": "the error appeared without the fix and was gone with it, 2 of 2 times", "vouchesFor": {"en": "sha256:5bc91b7f6fb4d4c05d92d27372ab5f01", "zh": "sha256:5ea9e3427df8ace6ae035b431e44e4f3"}, "observed": [{"template": "<name>: Invalid \\escape: line <num> column <num> (char <num>)", "codes": []}], "repetitions": 2, "runs": [{"kind": "red", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.02, "limit": null, "output": "[3 lines]\n    return loads(fp.read(),\n           ^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/__init__.py\", line 346, in loads\n    return _default_decoder.decode(s)\n           ^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/decoder.py\", line 337, in decode\n    obj, end = self.raw_decode(s, idx=_w(s, 0).end())\n               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/usr/lib/python3.11/json/decoder.py\", line 353, in raw_decode\n    obj, end = self.scan_once(s, idx)\n               ^^^^^^^^^^^^^^^^^^^^^^\njson.decoder.JSONDecodeError: Invalid \\escape: line 1 column 15 (char 14)"}]}, {"kind": "control", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.02, "limit": null, "output": "[as before]"}, {"step": "reproduce", "exitStatus": 1, "seconds": 0.03, "limit": null, "output": "[as before]"}]}, {"kind": "green", "times": 2, "steps": [{"step": "setup", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "fix", "exitStatus": 0, "seconds": 0.0, "limit": null, "output": ""}, {"step": "reproduce", "exitStatus": 0, "seconds": 0.02, "limit": null, "output": "C:\\work\\data"}, {"step": "confirm", "exitStatus": 0, "seconds": 0.02, "limit": null, "output": ""}]}], "environment": {"os": "Debian GNU/Linux 12 (bookworm)", "kernel": "Linux 6.18.44-fc-v669", "architecture": "x86_64", "runtimes": {"bash": "5.2.15"}}, "isolation": {"sandbox": "bubblewrap 0.8.0", "network": "own, loopback only", "user": "unprivileged, in a user namespace of its own", "files": "the system read-only, home and work folder in memory", "limits": "20 s a step, 1536 MiB memory, 256 processes, 96 MiB disk"}, "ranAt": "2026-11-22T15:01:39Z", "runner": 1}');
CREATE TABLE "references" (
	article_id VARCHAR NOT NULL, 
	lang VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	label TEXT NOT NULL, 
	target TEXT NOT NULL, 
	CONSTRAINT pk_references PRIMARY KEY (article_id, lang, position), 
	CONSTRAINT fk_references_article_id_lang FOREIGN KEY(article_id, lang) REFERENCES translations (article_id, lang) ON DELETE CASCADE
);
INSERT INTO "references" VALUES('art_SDI9LF3ezmIF','en',0,'JSON-RPC error codes','ERR-RPC-001');
INSERT INTO "references" VALUES('art_SDI9LF3ezmIF','en',1,'Noise on stdout','TRANS-005');
INSERT INTO "references" VALUES('art_SDI9LF3ezmIF','en',2,'Encodings','ERR-PY-001');
INSERT INTO "references" VALUES('art_SDI9LF3ezmIF','en',3,'YAML errors','DATA-002');
INSERT INTO "references" VALUES('art_SDI9LF3ezmIF','zh',0,'JSON-RPC 错误码','ERR-RPC-001');
INSERT INTO "references" VALUES('art_SDI9LF3ezmIF','zh',1,'标准输出混入杂音','TRANS-005');
INSERT INTO "references" VALUES('art_SDI9LF3ezmIF','zh',2,'编码问题','ERR-PY-001');
INSERT INTO "references" VALUES('art_SDI9LF3ezmIF','zh',3,'YAML 错误','DATA-002');
CREATE TABLE related (
	article_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	related_id VARCHAR NOT NULL, 
	CONSTRAINT pk_related PRIMARY KEY (article_id, position), 
	CONSTRAINT fk_related_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "related" VALUES('art_SDI9LF3ezmIF',0,'art_0iyGBbKSIe1o');
INSERT INTO "related" VALUES('art_SDI9LF3ezmIF',1,'art_759IdSRjepu7');
INSERT INTO "related" VALUES('art_SDI9LF3ezmIF',2,'art_lRazfqJx9GuL');
INSERT INTO "related" VALUES('art_SDI9LF3ezmIF',3,'art_OuvYthsyUL1s');
CREATE TABLE sections (
	article_id VARCHAR NOT NULL, 
	lang VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	level INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	anchor TEXT NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	CONSTRAINT pk_sections PRIMARY KEY (article_id, lang, position), 
	CONSTRAINT fk_sections_article_id_lang FOREIGN KEY(article_id, lang) REFERENCES translations (article_id, lang) ON DELETE CASCADE
);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','en',0,2,'Symptoms','symptoms',199,894);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','en',1,2,'Cause','cause',894,1470);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','en',2,2,'Fix','fix',1470,2582);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','en',3,2,'Error table','error-table',2582,3891);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','en',4,2,'Reproduce and fix','reproduce-and-fix',3891,6542);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','en',5,2,'How to confirm','how-to-confirm',6542,6765);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','en',6,2,'References','references',6765,7010);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','zh',0,2,'症状','症状',78,767);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','zh',1,2,'原因','原因',767,1135);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','zh',2,2,'解决方法','解决方法',1135,1890);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','zh',3,2,'错误对照表','错误对照表',1890,2933);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','zh',4,2,'重现与修复','重现与修复',2933,3276);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','zh',5,2,'如何确认','如何确认',3276,3451);
INSERT INTO "sections" VALUES('art_SDI9LF3ezmIF','zh',6,2,'参考','参考',3451,3629);
CREATE TABLE signatures (
	article_id VARCHAR NOT NULL, 
	lang VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	template TEXT NOT NULL, 
	text TEXT NOT NULL, 
	origin VARCHAR NOT NULL, 
	anchor TEXT NOT NULL, 
	parts JSON NOT NULL, 
	CONSTRAINT pk_signatures PRIMARY KEY (article_id, lang, position), 
	CONSTRAINT fk_signatures_article_id_lang FOREIGN KEY(article_id, lang) REFERENCES translations (article_id, lang) ON DELETE CASCADE
);
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',0,'<any>: Extra data: line <any> column <any> (char <any>)','<name>: Extra data: line <num> column <num> (char <num>)','run','error-jsondecoderjsondecodeerror-extra-data-line-2','[["extra", "data", "line", "column", "char"], [], ["name", "num"], [0, 3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',1,'TypeError: Object of type datetime is not JSON serializable','TypeError: Object of type datetime is not JSON serializable','run','error-typeerror-object-of-type-datetime-is-not-json-s','[["typeerror", "object", "of", "type", "datetim", "is", "not", "json", "serializ"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',2,'<any>: Expecting property name enclosed in double quotes: line <any> column <any> (char <any>)','<name>: Expecting property name enclosed in double quotes: line <num> column <num> (char <num>)','run','error-jsondecoderjsondecodeerror-expecting-property','[["expect", "properti", "name", "enclos", "in", "doubl", "quot", "line", "column", "char"], [], ["name", "num"], [0, 8, 9, 10]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',3,'<any>: Invalid \escape: line <any> column <any> (char <any>)','<name>: Invalid \escape: line <num> column <num> (char <num>)','run','error-jsondecoderjsondecodeerror-invalid-escape-l','[["invalid", "escap", "line", "column", "char"], [], ["name", "num"], [0, 3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',4,'<name>: Expecting value: line <num> column <num> (char <num>)','json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)','error','error-jsondecoderjsondecodeerror-expecting-value-l','[["expect", "valu", "line", "column", "char"], [], ["json.decoder.jsondecodeerror", "1", "0"], [0, 3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',5,'SyntaxError: Unexpected token <str>, <str><any> is not valid JSON','SyntaxError: Unexpected token ''<'', "<!DOCTYPE "... is not valid JSON','error','error-syntaxerror-unexpected-token--doctype','[["syntaxerror", "unexpect", "token", "is", "not", "valid", "json"], [], ["<", "doctyp"], [3, 3, 3]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',6,'SyntaxError: Unexpected end of JSON input','SyntaxError: Unexpected end of JSON input','error','error-syntaxerror-unexpected-end-of-json-input','[["syntaxerror", "unexpect", "end", "of", "json", "input"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',7,'<name>: Expecting property name enclosed in double quotes: line <num> column <num> (char <num>)','json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)','error','error-jsondecoderjsondecodeerror-expecting-property','[["expect", "properti", "name", "enclos", "in", "doubl", "quot", "line", "column", "char"], [], ["json.decoder.jsondecodeerror", "1", "2"], [0, 8, 9, 10]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',8,'<name>: Extra data: line <num> column <num> (char <num>)','json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)','error','error-jsondecoderjsondecodeerror-extra-data-line-2','[["extra", "data", "line", "column", "char"], [], ["json.decoder.jsondecodeerror", "2", "1", "14"], [0, 3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',9,'<name>: Invalid \escape: line <num> column <num> (char <num>)','json.decoder.JSONDecodeError: Invalid \escape: line 1 column 14 (char 13)','error','error-jsondecoderjsondecodeerror-invalid-escape-l','[["invalid", "escap", "line", "column", "char"], [], ["json.decoder.jsondecodeerror", "1", "14", "13"], [0, 3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',10,'SyntaxError: Bad escaped character in JSON at position <num>','SyntaxError: Bad escaped character in JSON at position 14','error','error-syntaxerror-bad-escaped-character-in-json-at-po','[["syntaxerror", "bad", "escap", "charact", "in", "json", "at", "posit"], [], ["14"], [8]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',11,'TypeError: Object of type datetime is not JSON serializable','TypeError: Object of type datetime is not JSON serializable','error','error-typeerror-object-of-type-datetime-is-not-json-s','[["typeerror", "object", "of", "type", "datetim", "is", "not", "json", "serializ"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',12,'TypeError: Converting circular structure to JSON','TypeError: Converting circular structure to JSON','error','error-typeerror-converting-circular-structure-to-json','[["typeerror", "convert", "circular", "structur", "to", "json"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',13,'JSON Decode Errors: Expecting value, Unexpected token, Extra data, not serializable','JSON Decode Errors: Expecting value, Unexpected token, Extra data, not serializable','title','','[["json", "decod", "error", "expect", "valu", "unexpect", "token", "extra", "data", "not", "serializ"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',14,'Expecting value line <num> column <num> (char <num>)','Expecting value line 1 column 1 (char 0)','keyword','','[["expect", "valu", "line", "column", "char"], [], ["1", "0"], [3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',15,'Extra data','Extra data','keyword','','[["extra", "data"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',16,'Expecting property name enclosed in double quotes','Expecting property name enclosed in double quotes','keyword','','[["expect", "properti", "name", "enclos", "in", "doubl", "quot"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',17,'Invalid \escape','Invalid \escape','keyword','','[["invalid", "escap"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',18,'Unterminated string','Unterminated string','keyword','','[["untermin", "string"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',19,'Unexpected token < in JSON','Unexpected token < in JSON','keyword','','[["unexpect", "token", "in", "json"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',20,'Unexpected end of JSON input','Unexpected end of JSON input','keyword','','[["unexpect", "end", "of", "json", "input"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',21,'is not valid JSON','is not valid JSON','keyword','','[["is", "not", "valid", "json"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',22,'is not JSON serializable','is not JSON serializable','keyword','','[["is", "not", "json", "serializ"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',23,'Converting circular structure to JSON','Converting circular structure to JSON','keyword','','[["convert", "circular", "structur", "to", "json"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',24,'trailing comma','trailing comma','keyword','','[["trail", "comma"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',25,'single quotes','single quotes','keyword','','[["singl", "quot"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',26,'JSON Lines','JSON Lines','keyword','','[["json", "line"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',27,'EJSONPARSE','EJSONPARSE','keyword','','[[], ["ejsonparse"], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','en',28,'JSON 解析错误','JSON 解析错误','keyword','','[["json", "\u89e3\u6790", "\u6790\u9519", "\u9519\u8bef"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',0,'<name>: Expecting value: line <num> column <num> (char <num>)','json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)','error','error-jsondecoderjsondecodeerror-expecting-value-l','[["expect", "valu", "line", "column", "char"], [], ["json.decoder.jsondecodeerror", "1", "0"], [0, 3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',1,'SyntaxError: Unexpected token <str>, <str><any> is not valid JSON','SyntaxError: Unexpected token ''<'', "<!DOCTYPE "... is not valid JSON','error','error-syntaxerror-unexpected-token--doctype','[["syntaxerror", "unexpect", "token", "is", "not", "valid", "json"], [], ["<", "doctyp"], [3, 3, 3]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',2,'SyntaxError: Unexpected end of JSON input','SyntaxError: Unexpected end of JSON input','error','error-syntaxerror-unexpected-end-of-json-input','[["syntaxerror", "unexpect", "end", "of", "json", "input"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',3,'<name>: Expecting property name enclosed in double quotes: line <num> column <num> (char <num>)','json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)','error','error-jsondecoderjsondecodeerror-expecting-property','[["expect", "properti", "name", "enclos", "in", "doubl", "quot", "line", "column", "char"], [], ["json.decoder.jsondecodeerror", "1", "2"], [0, 8, 9, 10]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',4,'<name>: Extra data: line <num> column <num> (char <num>)','json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)','error','error-jsondecoderjsondecodeerror-extra-data-line-2','[["extra", "data", "line", "column", "char"], [], ["json.decoder.jsondecodeerror", "2", "1", "14"], [0, 3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',5,'<name>: Invalid \escape: line <num> column <num> (char <num>)','json.decoder.JSONDecodeError: Invalid \escape: line 1 column 14 (char 13)','error','error-jsondecoderjsondecodeerror-invalid-escape-l','[["invalid", "escap", "line", "column", "char"], [], ["json.decoder.jsondecodeerror", "1", "14", "13"], [0, 3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',6,'SyntaxError: Bad escaped character in JSON at position <num>','SyntaxError: Bad escaped character in JSON at position 14','error','error-syntaxerror-bad-escaped-character-in-json-at-po','[["syntaxerror", "bad", "escap", "charact", "in", "json", "at", "posit"], [], ["14"], [8]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',7,'TypeError: Object of type datetime is not JSON serializable','TypeError: Object of type datetime is not JSON serializable','error','error-typeerror-object-of-type-datetime-is-not-json-s','[["typeerror", "object", "of", "type", "datetim", "is", "not", "json", "serializ"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',8,'TypeError: Converting circular structure to JSON','TypeError: Converting circular structure to JSON','error','error-typeerror-converting-circular-structure-to-json','[["typeerror", "convert", "circular", "structur", "to", "json"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',9,'JSON 解析错误：Expecting value、Unexpected token、Extra data、not serializable','JSON 解析错误：Expecting value、Unexpected token、Extra data、not serializable','title','','[["json", "\u89e3\u6790", "\u6790\u9519", "\u9519\u8bef", "expect", "valu", "unexpect", "token", "extra", "data", "not", "serializ"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',10,'Expecting value line <num> column <num> (char <num>)','Expecting value line 1 column 1 (char 0)','keyword','','[["expect", "valu", "line", "column", "char"], [], ["1", "0"], [3, 4, 5]]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',11,'Extra data','Extra data','keyword','','[["extra", "data"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',12,'Expecting property name enclosed in double quotes','Expecting property name enclosed in double quotes','keyword','','[["expect", "properti", "name", "enclos", "in", "doubl", "quot"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',13,'Invalid \escape','Invalid \escape','keyword','','[["invalid", "escap"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',14,'Unterminated string','Unterminated string','keyword','','[["untermin", "string"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',15,'Unexpected token < in JSON','Unexpected token < in JSON','keyword','','[["unexpect", "token", "in", "json"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',16,'Unexpected end of JSON input','Unexpected end of JSON input','keyword','','[["unexpect", "end", "of", "json", "input"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',17,'is not valid JSON','is not valid JSON','keyword','','[["is", "not", "valid", "json"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',18,'is not JSON serializable','is not JSON serializable','keyword','','[["is", "not", "json", "serializ"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',19,'Converting circular structure to JSON','Converting circular structure to JSON','keyword','','[["convert", "circular", "structur", "to", "json"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',20,'trailing comma','trailing comma','keyword','','[["trail", "comma"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',21,'single quotes','single quotes','keyword','','[["singl", "quot"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',22,'JSON Lines','JSON Lines','keyword','','[["json", "line"], [], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',23,'EJSONPARSE','EJSONPARSE','keyword','','[[], ["ejsonparse"], [], []]');
INSERT INTO "signatures" VALUES('art_SDI9LF3ezmIF','zh',24,'JSON 解析错误','JSON 解析错误','keyword','','[["json", "\u89e3\u6790", "\u6790\u9519", "\u9519\u8bef"], [], [], []]');
CREATE TABLE tags (
	article_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	tag VARCHAR NOT NULL, 
	CONSTRAINT pk_tags PRIMARY KEY (article_id, position), 
	CONSTRAINT fk_tags_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "tags" VALUES('art_SDI9LF3ezmIF',0,'json');
INSERT INTO "tags" VALUES('art_SDI9LF3ezmIF',1,'parsing');
INSERT INTO "tags" VALUES('art_SDI9LF3ezmIF',2,'python');
INSERT INTO "tags" VALUES('art_SDI9LF3ezmIF',3,'nodejs');
INSERT INTO "tags" VALUES('art_SDI9LF3ezmIF',4,'api');
INSERT INTO "tags" VALUES('art_SDI9LF3ezmIF',5,'troubleshooting');
CREATE TABLE translations (
	article_id VARCHAR NOT NULL, 
	lang VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_translations PRIMARY KEY (article_id, lang), 
	CONSTRAINT fk_translations_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "translations" VALUES('art_SDI9LF3ezmIF','en',0,'JSON Decode Errors: Expecting value, Unexpected token, Extra data, not serializable','The text is not JSON: empty, HTML, a printed Python dict, several objects in one file, or with comments and Windows paths. Look at the first characters and at the position in the message; which message means which, for Python, Node.js and jq.','The parser says at which character the text stops being JSON. Print what is there before changing anything: in most cases it is not a JSON mistake at all, but an empty answer or an HTML error page.

## Symptoms

- `json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)`
- `SyntaxError: Unexpected token ''<'', "<!DOCTYPE "... is not valid JSON`
- `SyntaxError: Unexpected end of JSON input`
- `json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)`
- `json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)`
- `TypeError: Object of type datetime is not JSON serializable`

```text
Traceback (most recent call last):
  File "/srv/app/load.py", line 4, in <module>
    print(json.load(file)["name"])
  …
json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
```

## Cause

| Position | What is likely there |
|---|---|
| char 0, text is empty | answer without body (204, error), file cut by a crash, wrong stdin |
| char 0 is `<` | HTML: login page, 404 or 502 of a proxy, wrong URL |
| char 0 is invisible | BOM: read with `utf-8-sig` |
| char 1 is `''` | printed Python dict, not JSON |
| after a complete value | JSON Lines, or noise after it: `Extra data` |
| at the very end | cut off: timeout, size limit, `max_tokens` of a model |
| before `}` or `]` | trailing comma |
| inside a string, `\` | Windows path or regular expression |

## Fix

```bash
head -c 200 data.json | od -c | head       # what is really there
python3 -m json.tool data.json             # line and column of the first mistake
jq . data.json
```

- **HTTP:** look at status and type first: `response.raise_for_status()` in Python, `if (!response.ok) throw …` with `await response.text()` in Node.js. The body of an error is rarely JSON.
- **Python dict:** write it with `json.dumps(data)`, not with `str(data)` or an f-string. What was written already can be read with `ast.literal_eval`.
- **JSON Lines:** parse line by line. `jq -s .` makes an array of it.
- **Comments and trailing commas** are not JSON. Remove them, or use a parser for JSON5 or JSONC.
- **Backslashes:** `"C:\\work"` or `"C:/work"`.
- **Writing:** `json.dumps(data, default=str)` turns dates, UUIDs and Decimals into text. Sets: `sorted(items)`; bytes: base64. Node.js: `BigInt` and circular objects need a replacer.
- **Cut files:** write to a temporary file in the same folder, then `os.replace(temporary, path)`.

**Warning:** never `eval()` text to get around a parse error: it runs what is in it.

## Error table

| Error | Cause | Solution |
|---|---|---|
| `json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)` | Empty text, HTML, or a word such as `None` | Check HTTP status and the first characters |
| `SyntaxError: Unexpected token ''<'', "<!DOCTYPE "... is not valid JSON` | Node.js, browsers: HTML in place of JSON | `response.ok`, URL, login |
| `SyntaxError: Unexpected end of JSON input` | Empty or cut off | Look at length and status |
| `json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)` | Single quotes, unquoted key; before `}` a trailing comma (up to Python 3.12) | `json.dumps`; remove the comma |
| `json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)` | Several values: JSON Lines, or text after the JSON | Parse each line |
| `json.decoder.JSONDecodeError: Invalid \escape: line 1 column 14 (char 13)`, `SyntaxError: Bad escaped character in JSON at position 14` | Single backslash in a string | `\\` or `/` |
| `TypeError: Object of type datetime is not JSON serializable` | Type that JSON does not have: datetime, Decimal, set, bytes | `default=str`, or convert first |
| `TypeError: Converting circular structure to JSON` | Node.js: object that contains itself | Choose the fields to write |

## Reproduce and fix

A Python dict, written with `str()`:

```python check=single-quotes step=setup file=save.py
import json

settings = {"name": "demo", "debug": True}
with open("settings.json", "w", encoding="utf-8") as file:
    file.write(str(settings))
```

```python check=single-quotes step=setup file=load.py
import json

with open("settings.json", encoding="utf-8") as file:
    print(json.load(file)["name"])
```

```bash check=single-quotes step=reproduce error="json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)" exit=1
python3 save.py && python3 load.py
```

```bash check=single-quotes step=fix
sed -i ''s/str(settings)/json.dumps(settings)/'' save.py
```

```bash check=single-quotes step=confirm
grep -q ''"debug": true'' settings.json
test "$(python3 load.py)" = demo
```

One object per line:

```bash check=json-lines step=setup
printf ''{"event": 1}\n{"event": 2}\n'' > events.jsonl
cat > count.py <<''END''
import json
with open("events.jsonl", encoding="utf-8") as file:
    events = [json.loads(file.read())]
print(len(events))
END
```

```bash check=json-lines step=reproduce error="json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)" exit=1
python3 count.py
```

```bash check=json-lines step=fix
sed -i ''s/\[json.loads(file.read())\]/[json.loads(line) for line in file if line.strip()]/'' count.py
```

```bash check=json-lines step=confirm
test "$(python3 count.py)" = 2
```

A Windows path in a configuration:

```json check=windows-path step=setup file=config.json
{"folder": "C:\work\data"}
```

```bash check=windows-path step=reproduce error="json.decoder.JSONDecodeError: Invalid \escape: line 1 column 14 (char 13)" exit=1
python3 -c ''import json; print(json.load(open("config.json"))["folder"])''
```

```json check=windows-path step=fix file=config.json
{"folder": "C:\\work\\data"}
```

```bash check=windows-path step=confirm
python3 -c ''import json; assert json.load(open("config.json"))["folder"] == r"C:\work\data"''
```

A value that JSON has no type for:

```python check=not-serializable step=setup file=log.py
import json
from datetime import datetime, timezone

entry = {"at": datetime(2026, 1, 2, tzinfo=timezone.utc), "ok": True}
print(json.dumps(entry))
```

```bash check=not-serializable step=reproduce error="TypeError: Object of type datetime is not JSON serializable" exit=1
python3 log.py
```

```bash check=not-serializable step=fix
sed -i ''s/json.dumps(entry)/json.dumps(entry, default=str)/'' log.py
```

```bash check=not-serializable step=confirm
python3 log.py | grep -qxF ''{"at": "2026-01-02 00:00:00+00:00", "ok": true}''
```

## How to confirm

`python3 -m json.tool data.json >/dev/null && echo ok`, and the program reads a field out of it. For an API: `curl -sS -o /dev/null -w ''%{http_code} %{content_type}\n'' URL` shows `200 application/json`.

## References

- [JSON-RPC error codes](ERR-RPC-001): parse error -32700
- [Noise on stdout](TRANS-005): text between JSON messages
- [Encodings](ERR-PY-001): BOM
- [YAML errors](DATA-002)
- The standard: `https://www.rfc-editor.org/rfc/rfc8259`');
INSERT INTO "translations" VALUES('art_SDI9LF3ezmIF','zh',1,'JSON 解析错误：Expecting value、Unexpected token、Extra data、not serializable','收到的文本不是 JSON：空的、HTML、打印出来的 Python 字典、一个文件里有多个对象，或含有注释和 Windows 路径。先看开头几个字符和消息里的位置；附 Python、Node.js、jq 的消息对照。','解析器会指出文本从第几个字符起不再是 JSON。改动之前先打印那里的内容：多数时候根本不是 JSON 写错了，而是响应为空，或收到了 HTML 错误页。

## 症状

- `json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)`
- `SyntaxError: Unexpected token ''<'', "<!DOCTYPE "... is not valid JSON`
- `SyntaxError: Unexpected end of JSON input`
- `json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)`
- `json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)`
- `TypeError: Object of type datetime is not JSON serializable`

```text
Traceback (most recent call last):
  File "/srv/app/load.py", line 4, in <module>
    print(json.load(file)["name"])
  …
json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
```

## 原因

| 位置 | 那里很可能是 |
|---|---|
| char 0，文本为空 | 没有正文的响应（204、出错）、程序崩溃时只写了一半的文件、标准输入接错 |
| char 0 是 `<` | HTML：登录页、代理的 404 或 502、URL 写错 |
| char 0 看不见 | BOM：用 `utf-8-sig` 读取 |
| char 1 是 `''` | 打印出来的 Python 字典，不是 JSON |
| 一个完整的值之后 | JSON Lines，或后面混有其他输出：`Extra data` |
| 文本最末尾 | 被截断：超时、大小限制、模型的 `max_tokens` |
| `}` 或 `]` 之前 | 多了一个逗号 |
| 字符串里的 `\` | Windows 路径或正则表达式 |

## 解决方法

```bash
head -c 200 data.json | od -c | head       # 实际内容
python3 -m json.tool data.json             # 第一处错误的行和列
jq . data.json
```

- **HTTP：** 先看状态码和类型。Python 用 `response.raise_for_status()`；Node.js 用 `if (!response.ok) throw …`，并打印 `await response.text()`。出错时的正文很少是 JSON。
- **Python 字典：** 用 `json.dumps(data)` 写，不要用 `str(data)` 或 f-string。已经写出去的可以用 `ast.literal_eval` 读回。
- **JSON Lines：** 逐行解析。`jq -s .` 可把它合成一个数组。
- **注释和多余的逗号**不属于 JSON。删掉，或改用 JSON5、JSONC 的解析器。
- **反斜杠：** 写成 `"C:\\work"` 或 `"C:/work"`。
- **写出：** `json.dumps(data, default=str)` 把日期、UUID、Decimal 变成文本；集合用 `sorted(items)`，字节用 base64。Node.js 中 `BigInt` 和循环引用的对象需要 replacer。
- **文件被截断：** 先写到同一目录的临时文件，再 `os.replace(temporary, path)`。

**警告：** 绝不要用 `eval()` 绕过解析错误，它会执行文本里的代码。

## 错误对照表

| 错误 | 原因 | 解决方法 |
|---|---|---|
| `json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)` | 文本为空、是 HTML，或是 `None` 之类的词 | 检查 HTTP 状态码和开头的字符 |
| `SyntaxError: Unexpected token ''<'', "<!DOCTYPE "... is not valid JSON` | Node.js、浏览器：收到 HTML 而不是 JSON | 检查 `response.ok`、URL、登录状态 |
| `SyntaxError: Unexpected end of JSON input` | 为空或被截断 | 查看长度和状态码 |
| `json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)` | 单引号、键没有引号；在 `}` 之前则是多余的逗号（Python 3.12 及以前） | `json.dumps`；删掉逗号 |
| `json.decoder.JSONDecodeError: Extra data: line 2 column 1 (char 14)` | 有多个值：JSON Lines，或 JSON 之后还有文字 | 逐行解析 |
| `json.decoder.JSONDecodeError: Invalid \escape: line 1 column 14 (char 13)`, `SyntaxError: Bad escaped character in JSON at position 14` | 字符串里有单个反斜杠 | 写 `\\` 或 `/` |
| `TypeError: Object of type datetime is not JSON serializable` | JSON 没有的类型：datetime、Decimal、set、bytes | `default=str`，或先转换 |
| `TypeError: Converting circular structure to JSON` | Node.js：对象包含自己 | 只挑需要的字段写出 |

## 重现与修复

```bash
# 用 str() 写出的字典
sed -i ''s/str(settings)/json.dumps(settings)/'' save.py
# 每行一个对象
sed -i ''s/\[json.loads(file.read())\]/[json.loads(line) for line in file if line.strip()]/'' count.py
# datetime
sed -i ''s/json.dumps(entry)/json.dumps(entry, default=str)/'' log.py
```

配置里的 Windows 路径：

```json
{"folder": "C:\\work\\data"}
```

## 如何确认

`python3 -m json.tool data.json >/dev/null && echo ok`，并且程序能读出其中的字段。对于接口，`curl -sS -o /dev/null -w ''%{http_code} %{content_type}\n'' URL` 应显示 `200 application/json`。

## 参考

- [JSON-RPC 错误码](ERR-RPC-001)：解析错误 -32700
- [标准输出混入杂音](TRANS-005)：JSON 消息之间的文字
- [编码问题](ERR-PY-001)：BOM
- [YAML 错误](DATA-002)
- 标准：`https://www.rfc-editor.org/rfc/rfc8259`');
CREATE TABLE verification_records (
	article_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	verifier_id VARCHAR NOT NULL, 
	result VARCHAR NOT NULL, 
	verified_at VARCHAR NOT NULL, 
	notes TEXT, 
	kind VARCHAR, 
	os VARCHAR, 
	runtime VARCHAR, 
	version VARCHAR, 
	CONSTRAINT pk_verification_records PRIMARY KEY (article_id, position), 
	CONSTRAINT fk_verification_records_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE, 
	CONSTRAINT fk_verification_records_verifier_id FOREIGN KEY(verifier_id) REFERENCES verifiers (id)
);
CREATE TABLE verifiers (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	CONSTRAINT pk_verifiers PRIMARY KEY (id)
);
CREATE INDEX ix_articles_domain ON articles (domain);
CREATE INDEX ix_articles_state_published_ms_slug ON articles (state, published_ms, slug);
CREATE INDEX ix_articles_unit ON articles (unit);
CREATE INDEX ix_aliases_article_id ON aliases (article_id);
CREATE INDEX ix_tags_tag ON tags (tag);
COMMIT;
