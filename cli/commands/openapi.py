"""`fixbook openapi`."""

from api.specification import standalone
from cli.output import print_json


def openapi() -> None:
    print_json(standalone(), indent=2)
