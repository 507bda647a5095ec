"""What mypy knows of `pos.domain.model.changed`: a value may be given its own fields, with their own types."""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import ARG_NAMED_OPT, ARG_POS
from mypy.plugin import FunctionSigContext, Plugin
from mypy.types import CallableType, FunctionLike, Instance, get_proper_type

FUNCTION = "pos.domain.model.changed"


class Changes(Plugin):
    """Gives each call of `changed` the fields of its value as named arguments."""

    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        """The signature of `changed`, and of nothing else."""
        return _with_fields if fullname == FUNCTION else None


def _with_fields(context: FunctionSigContext) -> CallableType:
    signature = context.default_signature
    if not context.args[0]:
        return signature
    value = get_proper_type(context.api.get_expression_type(context.args[0][0]))
    # pydantic's plugin gives each class of values a constructor that names all its fields.
    made = value.type.get("model_construct") if isinstance(value, Instance) else None
    constructor = get_proper_type(made.type) if made is not None else None
    if not isinstance(constructor, CallableType):
        return signature
    fields = [
        (name, kind)
        for name, kind, how in zip(constructor.arg_names, constructor.arg_types, constructor.arg_kinds, strict=True)
        if how.is_named()
    ]
    return signature.copy_modified(
        arg_types=[value, *(kind for _name, kind in fields)],
        arg_kinds=[ARG_POS, *(ARG_NAMED_OPT for _field in fields)],
        arg_names=[signature.arg_names[0], *(name for name, _kind in fields)],
        ret_type=value,
        variables=(),
    )


def plugin(version: str) -> type[Plugin]:
    """What mypy asks for."""
    return Changes
