"""Nouns ⇄ plain JSON values, driven by the types that the dataclasses declare."""

import dataclasses
import types
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


def _array_json(array: NDArray[Any]) -> Any:
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise ValueError("an array holds values that are not finite")
    return {"dtype": array.dtype.name, "shape": list(array.shape), "values": array.ravel().tolist()}


def to_json(noun: object, *, array: Callable[[NDArray[Any]], Any] = _array_json) -> Any:
    """Plain JSON values (dict, list, str, float, int, bool, None) of a noun.

    Args:
        noun: A dataclass, or what its fields may hold.
        array: Says what stands for an array; without it, its values.

    Raises:
        TypeError: Something in the noun is neither a dataclass, an array, a path nor a plain value.
        ValueError: A float is not finite; JSON has no word for it.
    """
    if dataclasses.is_dataclass(noun) and not isinstance(noun, type):
        return {f.name: to_json(getattr(noun, f.name), array=array) for f in dataclasses.fields(noun)}
    if isinstance(noun, np.ndarray):
        return array(noun)
    if isinstance(noun, Mapping):
        return {str(name): to_json(value, array=array) for name, value in noun.items()}
    if isinstance(noun, list | tuple):
        return [to_json(value, array=array) for value in noun]
    if isinstance(noun, Path):
        return str(noun)
    if isinstance(noun, np.generic):
        return to_json(noun.item())
    if isinstance(noun, float) and not np.isfinite(noun):
        raise ValueError(f"{noun} has no place in JSON")
    if noun is None or isinstance(noun, str | int | float | bool):
        return noun
    raise TypeError(f"cannot write a {type(noun).__name__} as JSON")


def from_json(kind: type[T], value: Any) -> T:
    """The noun of type ``kind`` that :func:`to_json` wrote as ``value``; arrays may stand in it as they are.

    Raises:
        ValueError: The value does not fit the type; the message names the place.
    """
    return _read(kind, value, kind.__name__)  # type: ignore[no-any-return]


@cache
def _fields(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind)}


def _read(kind: Any, value: Any, where: str) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin is np.ndarray:
        return _read_array(value, where)
    if origin is Literal:
        if value not in args:
            raise ValueError(f"{where}: {value!r}; expected one of {', '.join(map(repr, args))}")
        return value
    if origin in (Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        return _read(next(a for a in args if a is not type(None)), value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{where}: expected a list")
        kinds = [args[0]] * len(value) if len(args) == 2 and args[1] is Ellipsis else list(args)
        if len(kinds) != len(value):
            raise ValueError(f"{where}: {len(value)} values, expected {len(kinds)}")
        return tuple(_read(k, v, f"{where}[{i}]") for i, (k, v) in enumerate(zip(kinds, value, strict=True)))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise ValueError(f"{where}: expected an object")
        return {name: _read(args[1], v, f"{where}.{name}") for name, v in value.items()}
    if dataclasses.is_dataclass(kind):
        return _read_dataclass(kind, value, where)
    return _read_plain(kind, value, where)


def _read_dataclass(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: expected an object")
    fields = _fields(kind)
    unknown = set(value) - set(fields)
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(sorted(unknown))}; known are {', '.join(fields)}")
    try:
        return kind(**{name: _read(fields[name], v, f"{where}.{name}") for name, v in value.items()})
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from error


def _read_array(value: Any, where: str) -> Any:
    if isinstance(value, np.ndarray):
        return value
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "values"}:
        raise ValueError(f"{where}: expected an array as dtype, shape, values")
    return np.array(value["values"], dtype=value["dtype"]).reshape(value["shape"])


def _read_plain(kind: Any, value: Any, where: str) -> Any:
    if kind is Path:
        return Path(value)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind in (str, int, bool) and type(value) is kind:
        return value
    raise ValueError(f"{where}: {value!r} is not a {getattr(kind, '__name__', kind)}")
