"""Nouns ⇄ plain JSON values, driven by the types that the dataclasses declare."""

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


def _array_json(array: NDArray[Any]) -> Any:
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise ValueError("an array holds values that are not finite")
    return {"dtype": array.dtype.name, "shape": list(array.shape), "values": array.ravel().tolist()}


_AS_THEY_ARE = (str, int, bool, type(None))


def to_json(noun: object, *, array: Callable[[NDArray[Any]], Any] = _array_json) -> Any:
    """Plain JSON values (dict, list, str, float, int, bool, None) of a noun.

    Args:
        noun: A dataclass, or what its fields may hold.
        array: Says what stands for an array; without it, its values.

    Raises:
        TypeError: Something in the noun is neither a dataclass, an array, a path nor a plain value.
        ValueError: A float is not finite; JSON has no word for it.
    """
    if type(noun) in _AS_THEY_ARE:  # most values by far: a state of a show is kept while the show runs
        return noun
    if dataclasses.is_dataclass(noun) and not isinstance(noun, type):
        names, tagged = _names(type(noun))
        fields = {name: to_json(getattr(noun, name), array=array) for name in names}
        for name in tagged:
            if fields[name] is not None:
                fields[name] = {_TAG: type(getattr(noun, name)).__name__} | fields[name]
        return fields
    if isinstance(noun, np.ndarray):
        return array(noun)
    if isinstance(noun, Mapping):
        return {str(name): to_json(value, array=array) for name, value in noun.items()}
    if isinstance(noun, list | tuple):
        return [to_json(value, array=array) for value in noun]
    if isinstance(noun, Path):
        return str(noun)
    if isinstance(noun, date | time):
        return noun.isoformat()
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
    return _at(kind.__name__, _reader(cast(Any, kind)), value)  # type: ignore[no-any-return]


_Reader = Callable[[Any], Any]
_TAG = "is"
"""Where a field may hold one of several dataclasses, its object names which."""


class _Misfit(ValueError):
    """A value that does not fit its type, and where in the noun it stands."""

    def __init__(self, where: str, says: str) -> None:
        super().__init__(f"{where}: {says}")
        self._where, self._says = where, says

    @property
    def told(self) -> str:
        """What does not fit, and where if it is deeper."""
        return f"{self._where}: {self._says}" if self._where else self._says

    def inside(self, place: str) -> "_Misfit":
        """The same, seen from the value around it."""
        return _Misfit(f"{place}{self._where}", self._says)


@cache
def _reader(kind: Any) -> _Reader:
    """Reads values of one type; made once for each type, since ten thousand rows are read at a time."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is np.ndarray:
        return _read_array
    if origin is Literal:
        return partial(_read_choice, args)
    if origin in (Union, types.UnionType):
        return _union_reader(kind)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return partial(_read_list, _reader(args[0]))
    if origin is tuple:
        return partial(_read_tuple, tuple(_reader(a) for a in args))
    if origin is not None and issubclass(origin, Mapping):
        return partial(_read_mapping, _name_reader(args[0]), _reader(args[1]))
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return partial(
            _read_dataclass, kind, {f.name: _reader(hints[f.name]) for f in dataclasses.fields(kind)}
        )
    return _read_any if kind is Any else partial(_read_plain, kind)


def _union_reader(kind: Any) -> _Reader:
    """Reads one of several types: dataclasses by their tag, others by the first that fits."""
    arms = _arms(kind)
    if len(arms) == 1:
        read = _reader(arms[0])
    elif _is_choice_of_nouns(kind):
        read = partial(_read_tagged, {arm.__name__: _reader(arm) for arm in arms})
    else:
        read = partial(_read_first, tuple(_reader(arm) for arm in arms))
    return partial(_read_optional, read) if len(arms) < len(get_args(kind)) else read


@cache
def _names(kind: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a dataclass, and those that may hold one of several dataclasses."""
    hints, names = get_type_hints(kind), tuple(f.name for f in dataclasses.fields(kind))
    return names, tuple(name for name in names if _is_choice_of_nouns(hints[name]))


def _is_choice_of_nouns(kind: Any) -> bool:
    arms = _arms(kind) if get_origin(kind) in (Union, types.UnionType) else ()
    return len(arms) > 1 and all(dataclasses.is_dataclass(arm) for arm in arms)


def _arms(kind: Any) -> tuple[Any, ...]:
    """The types of a union, without None."""
    return tuple(arm for arm in get_args(kind) if arm is not type(None))


def _name_reader(kind: Any) -> Callable[[str], Any]:
    """JSON has text for names; a mapping may be by number."""
    return int if kind is int else str


def _read_any(value: Any) -> Any:
    return value


def _read_tagged(readers: Mapping[str, _Reader], value: Any) -> Any:
    if not isinstance(value, dict) or value.get(_TAG) not in readers:
        raise _Misfit("", f"expected an object that {_TAG} one of {', '.join(readers)}")
    return readers[value[_TAG]]({name: v for name, v in value.items() if name != _TAG})


def _read_first(readers: tuple[_Reader, ...], value: Any) -> Any:
    misfits = []
    for read in readers:
        try:
            return read(value)
        except _Misfit as misfit:
            misfits.append(misfit)
    raise _Misfit("", "; ".join(misfit.told for misfit in misfits))


def _read_choice(choices: tuple[Any, ...], value: Any) -> Any:
    if value not in choices:
        raise _Misfit("", f"{value!r}; expected one of {', '.join(map(repr, choices))}")
    return value


def _read_optional(read: _Reader, value: Any) -> Any:
    return None if value is None else read(value)


def _read_list(read: _Reader, value: Any) -> Any:
    if not isinstance(value, list):
        raise _Misfit("", "expected a list")
    return tuple([_at(f"[{i}]", read, v) for i, v in enumerate(value)])


def _read_tuple(readers: tuple[_Reader, ...], value: Any) -> Any:
    if not isinstance(value, list):
        raise _Misfit("", "expected a list")
    if len(readers) != len(value):
        raise _Misfit("", f"{len(value)} values, expected {len(readers)}")
    return tuple([_at(f"[{i}]", read, v) for i, (read, v) in enumerate(zip(readers, value, strict=True))])


def _read_mapping(read_name: Callable[[str], Any], read: _Reader, value: Any) -> Any:
    if not isinstance(value, dict):
        raise _Misfit("", "expected an object")
    try:
        return {read_name(name): _at(f".{name}", read, v) for name, v in value.items()}
    except _Misfit:
        raise
    except ValueError as error:
        raise _Misfit("", str(error)) from error


def _read_dataclass(kind: Any, readers: Mapping[str, _Reader], value: Any) -> Any:
    if not isinstance(value, dict):
        raise _Misfit("", "expected an object")
    fields = {}
    for name, given in value.items():
        read = readers.get(name)
        if read is None:
            raise _Misfit("", f"unknown {name}; known are {', '.join(readers)}")
        try:
            fields[name] = read(given)
        except _Misfit as misfit:
            raise misfit.inside(f".{name}") from None
    try:
        return kind(**fields)
    except (TypeError, ValueError) as error:
        raise _Misfit("", str(error)) from error


def _read_array(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "values"}:
        raise _Misfit("", "expected an array as dtype, shape, values")
    try:
        return np.array(value["values"], dtype=value["dtype"]).reshape(value["shape"])
    except (TypeError, ValueError) as error:
        raise _Misfit("", str(error)) from error


def _read_plain(kind: Any, value: Any) -> Any:
    if type(value) is kind:
        return value
    if kind is Path and isinstance(value, str):
        return Path(value)
    if kind is float and type(value) is int:
        return float(value)
    if kind in (date, time) and isinstance(value, str):
        try:
            return kind.fromisoformat(value)
        except ValueError as error:
            raise _Misfit("", str(error)) from error
    raise _Misfit("", f"{value!r} is not a {getattr(kind, '__name__', kind)}")


def _at(place: str, read: _Reader, value: Any) -> Any:
    try:
        return read(value)
    except _Misfit as misfit:
        raise misfit.inside(place) from None
