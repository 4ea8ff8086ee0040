"""Where the generators are: `make test-clients` installs them."""

from pathlib import Path

HERE = Path(__file__).parent
PYTHON_TOOLS = HERE.parents[1] / ".venv" / "clients" / "bin"
NODE_TOOLS = HERE / "node_modules" / ".bin"
