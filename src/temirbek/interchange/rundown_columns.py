"""Which column of a running order means what: headings in English, Russian and Kazakh, as people and programs write them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from temirbek.interchange.rundown_table import Cell, Row

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "cue id", "ид", "код", "идентификатор", "айди"),
    "number": (
        "cue", "cue no", "cue number", "q", "q no", "no", "nr", "n", "number", "item no", "номер", "номер п п", "п п",
        "пп", "р с", "реттік нөмірі", "нөмір", "нөмірі",
    ),
    "title": (
        "title", "name", "event", "item", "segment", "act", "performance", "what", "description", "programme",
        "program", "content", "action", "activity", "subject", "название", "наименование", "что", "событие", "пункт",
        "программа", "эпизод", "действие", "содержание", "выступление", "мероприятие", "номер программы", "атауы",
        "атау", "тақырып", "тақырыбы", "бағдарлама", "мазмұны", "әрекет", "іс шара", "нөмір атауы", "не",
    ),
    "kind": (
        "kind", "type", "cue type", "category", "тип", "вид", "категория", "түрі", "түр", "санаты",
    ),
    "start": (
        "start", "start time", "time start", "starts", "begin", "begins", "from", "start at", "time", "clock",
        "hit time", "planned start", "scheduled start", "начало", "старт", "время начала", "начало время", "время",
        "с", "басталуы", "басталу уақыты", "басталу", "басы", "уақыты", "уақыт",
    ),
    "planned": ("planned", "plan", "план", "по плану", "жоспар", "жоспар бойынша"),
    "hard": ("hard start", "hard", "fixed start", "жёсткий старт", "жесткий старт", "нақты басталу"),
    "day": ("day", "день", "күн", "күні"),
    "end": (
        "end", "end time", "time end", "ends", "finish", "until", "stop", "to", "конец", "окончание",
        "время окончания", "завершение", "до", "по", "аяқталуы", "аяқталу уақыты", "аяқталу", "соңы",
    ),
    "length": (
        "length", "duration", "dur", "run time", "runtime", "running time", "trt", "est duration", "estimated duration",
        "planned duration", "minutes", "mins", "min", "seconds", "sec", "длительность", "продолжительность",
        "хронометраж", "хрон", "время звучания", "минут", "минуты", "мин", "секунды", "сек", "ұзақтығы", "ұзақтық",
        "минуттар", "хронометражы",
    ),
    "people": (
        "people", "person", "who", "artist", "artists", "performer", "performers", "presenter", "presenters",
        "speaker", "speakers", "talent", "host", "hosts", "participants", "cast", "responsible", "кто", "артист",
        "артисты", "исполнитель", "исполнители", "участник", "участники", "ведущий", "ведущие", "ведущая", "спикер",
        "спикеры", "коллектив", "докладчик", "ответственный", "ответственные", "кім", "әртіс", "әртістер", "орындаушы", "орындаушылар", "жүргізуші",
        "жүргізушілер", "қатысушы", "қатысушылар", "баяндамашы", "жауапты",
    ),
    "robots": ("robots", "robot", "роботы", "робот", "роботтар"),
    "note": (
        "note", "notes", "comment", "comments", "remark", "remarks", "info", "примечание", "примечания",
        "комментарий", "комментарии", "заметка", "заметки", "ескерту", "ескертпе", "ескертулер", "түсініктеме",
    ),
    "follow": ("follow", "follow on", "продолжение", "жалғасы"),
    "pre_wait": ("pre wait", "pre wait s", "prewait", "delay before"),
    "post_wait": ("post wait", "post wait s", "postwait", "delay after"),
    "skip": ("skip", "skipped", "omit", "пропустить", "пропуск", "өткізіп жіберу"),
    "details": ("details",),
}  # fmt: skip
"""Field → headings that mean it, the surest first; lower case, without punctuation."""

MANY = ("people", "note")
"""Fields that several columns may fill together."""
_UNITS = {
    "min": ("min", "mins", "minutes", "minute", "мин", "минут", "минуты", "минуттар", "минута"),
    "s": ("s", "sec", "secs", "seconds", "с", "сек", "секунды", "секунд"),
    "h": ("h", "hours", "ч", "часы", "сағат"),
}
_CLOCK_WORDS = ("hms", "h", "hh", "m", "mm", "ss", "s", "чч", "сс")  # "(hh:mm:ss)"
_MOST_WORDS = 4
_SEARCHED_ROWS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns mean.

    Attributes:
        header_row: Row of the (last line of the) heading, from 1; 0 where there is none.
        fields: Field → its columns, from 0.
        headings: Column → how it is called.
        unit: What bare numbers of the length count ("min", "s", "h", "hms"), or "".
        guesses: What was guessed of the table as a whole.
    """

    header_row: int
    fields: Mapping[str, tuple[int, ...]]
    headings: Mapping[int, str]
    unit: str = ""
    guesses: tuple[str, ...] = field(default=())

    @property
    def score(self) -> int:
        """How sure it is that this is a running order."""
        kinds = set(self.fields)
        return (
            len(kinds) + 2 * ("title" in kinds and not self.guesses) + len(kinds & {"start", "length", "end"})
        )


def columns_of(rows: Sequence[Row]) -> Columns | None:
    """The meaning of the columns by the likeliest heading among the first rows; None where there is none."""
    best: Columns | None = None
    for i in range(min(len(rows), _SEARCHED_ROWS)):
        for lines in (1, 2):
            if i + lines > len(rows):
                continue
            found = _read(rows[i : i + lines], i + lines, rows[i + lines :])
            if found is not None and (best is None or found.score > best.score):
                best = found
    return best


def plain(text: str) -> str:
    """A heading or word for comparison: lower case, no accents of composition, punctuation or double spaces."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("№", "no").replace("#", "no")
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


def _read(lines: Sequence[Row], header_row: int, below: Sequence[Row]) -> Columns | None:
    width = max((len(line) for line in lines), default=0)
    headings = {c: heading for c in range(width) if (heading := _heading(lines, c))}
    if len(lines) == 2 and not all(_adds(lines[i], headings.values()) for i in (0, 1)):
        return None
    ranked: dict[str, list[tuple[int, int]]] = {}
    for column, heading in headings.items():
        if means := _meaning(heading):
            ranked.setdefault(means[0], []).append((means[1], column))
    fields = {
        name: tuple(c for _, c in sorted(ranks, key=lambda r: r[1] if name in MANY else r[0]))
        for name, ranks in ranked.items()
    }
    fields = {name: found if name in MANY else found[:1] for name, found in fields.items()}
    if "start" not in fields and "planned" in fields:
        fields["start"] = fields.pop("planned")
    if len(fields) < 2 or not fields.keys() & {"title", "number", "start", "length", "end"}:
        return None
    guesses: tuple[str, ...] = ()
    if "title" not in fields:
        named = {c for name, columns in fields.items() if name != "number" for c in columns}
        wordy = _wordiest(below, named)
        if wordy is None or not fields.keys() & {"start", "length", "end"}:
            return None
        if fields.get("number") == (wordy,):
            del fields["number"]  # a column "Cue" that holds names, not numbers
        fields["title"] = (wordy,)
        guesses = (f"column {headings.get(wordy) or wordy + 1}: taken for what happens",)
    unit = _unit(headings[fields["length"][0]]) if "length" in fields else ""
    return Columns(header_row=header_row, fields=fields, headings=headings, unit=unit, guesses=guesses)


def _adds(line: Row, headings: Iterable[str]) -> bool:
    """Whether a line of a heading says something that counts."""
    return any(heading in line and _meaning(heading) for heading in headings)


def _wordiest(rows: Sequence[Row], taken: set[int]) -> int | None:
    """The free column with the most different words: most likely what happens."""
    words: dict[int, set[str]] = {}
    for row in rows:
        for c, cell in enumerate(row):
            if c not in taken and isinstance(cell, str) and any(letter.isalpha() for letter in cell):
                words.setdefault(c, set()).add(cell)
    return max(words, key=lambda c: (len(words[c]), -c), default=None)


def _heading(lines: Sequence[Row], column: int) -> str:
    """The heading over a column. Of two lines the lower one counts, unless only the upper one says something (a cell that
    spans both)."""
    texts = [_text(line[column]) if column < len(line) else "" for line in lines]
    known = [text for text in reversed(texts) if text and _meaning(text)]
    if texts[-1] and texts[-1] not in known:
        return texts[-1]  # what stands right over the items, even if it means nothing here
    return known[0] if known else texts[-1] or texts[0]


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) and len(cell) <= 60 else ""


def _meaning(heading: str) -> tuple[str, int] | None:
    """The field that a heading means, and how surely (0 is surest)."""
    words = plain(heading)
    units = {*_CLOCK_WORDS, *(word for unit in _UNITS.values() for word in unit)}
    bare = " ".join(word for word in words.split() if word not in units)
    for candidate, penalty in ((words, 0), (bare, 50), (plain(re.sub(r"\(.*?\)", "", heading)), 50)):
        for name, known in HEADINGS.items():
            if candidate and candidate in known:
                return name, known.index(candidate) + penalty
    if (means := _part_that_tells(words)) is not None:
        return means
    parts = [plain(part) for part in re.split(r"[/|\n\\]", heading)]
    if len(parts) > 1:  # "Начало / Start"
        found = [means for part in parts if part and (means := _meaning(part))]
        if found and len({means[0] for means in found}) == 1:
            return found[0][0], found[0][1] + 20
    return None


def _part_that_tells(words: str) -> tuple[str, int] | None:
    """The field whose name begins or ends a longer heading ("Наименование номера", "Expected end"): the longest such name
    counts, and beginnings before ends."""
    if len(words.split()) > _MOST_WORDS:
        return None
    best: tuple[int, int, str] | None = None
    for name, known in HEADINGS.items():
        for word in known:
            begins, ends = words.startswith(word + " "), words.endswith(" " + word)
            if len(word) > 2 and (begins or ends):
                found = (int(begins), len(word), name)
                best = found if best is None else max(best, found)
    return None if best is None else (best[2], 150 - best[1])


def _unit(heading: str) -> str:
    words = plain(heading).split()
    if "hms" in words or ("ss" in words and ("h" in words or "hh" in words)):
        return "hms"
    return next((unit for unit, names in _UNITS.items() if any(word in names for word in words)), "")
