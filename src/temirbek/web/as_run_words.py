"""How the record's page says things: headings in three languages, times on the hall's wall, tables. All text is escaped."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from temirbek.show.as_run import AsRun

HEADINGS = {
    "record": ("Кеш есебі", "Отчёт о вечере", "As-run record"),
    "began": ("Басталды", "Начало", "Began"),
    "ended": ("Аяқталды", "Конец", "Ended"),
    "scope": ("Рұқсат", "Допуск", "Armed"),
    "cues": ("Бағдарлама: жоспар және факт", "Программа: план и факт", "Programme: planned and actual"),
    "planned": ("Жоспар", "План", "Planned"),
    "actual": ("Факт", "Факт", "Actual"),
    "late": ("Айырма", "Разница", "Late by"),
    "length": ("Ұзақтығы", "Длительность", "Length"),
    "what": ("Не", "Что", "What"),
    "who": ("Кім", "Кто", "Who"),
    "outcome": ("Нәтиже", "Итог", "Outcome"),
    "why": ("Қалай, неге", "Как и почему", "How and why"),
    "tracks": ("Ойналған жазбалар", "Прозвучавшие записи", "Recordings that sounded"),
    "title": ("Атауы", "Название", "Title"),
    "artist": ("Орындаушы", "Исполнитель", "Artist"),
    "cue": ("Бөлім", "Пункт", "Cue"),
    "robots": ("Роботтар", "Роботы", "Robots"),
    "robot": ("Робот", "Робот", "Robot"),
    "time": ("Уақыты", "Время", "Time"),
    "state": ("Күйі", "Состояние", "State"),
    "interventions": ("Араласулар", "Вмешательства", "Interventions"),
    "command": ("Пәрмен", "Команда", "Command"),
    "pauses": ("Тоқтаулар", "Остановки", "Holds and stops"),
    "faults": ("Ақаулар", "Неисправности", "Faults"),
    "hall": ("Зал", "Зал", "The hall"),
    "reactions": ("Роботтардың залға жауабы", "Ответы роботов залу", "Robots' answers to the hall"),
    "gesture": ("Қимыл", "Жест", "Gesture"),
    "cause": ("Себебі", "Причина", "Cause"),
    "delay": ("Кідіріс", "Задержка", "Delay"),
    "battle": ("Жарыс", "Баттл", "Battle"),
    "round": ("Кезең", "Раунд", "Round"),
    "points": ("Ұпай", "Очки", "Points"),
    "weight": ("Салмақ", "Вес", "Weight"),
    "comparison": ("Салыстыру", "Сравнение", "Comparison"),
    "votes": ("Дауыс", "Голоса", "Votes"),
    "polls": ("Зал дауыстары", "Голосования зала", "Polls"),
    "announcements": ("Хабарландырулар", "Объявления", "Announcements"),
    "approved": ("Бекіткен", "Утвердил", "Approved by"),
    "wishes": ("Залдың тілектері", "Пожелания зала", "Wishes of the hall"),
    "none": ("жоқ", "нет", "none"),
}


def in_three(words: Sequence[str]) -> str:
    """Kazakh first, then Russian and English; what is the same in two languages is said once."""
    first, *others = dict.fromkeys(words)
    rest = "".join(f' <span class="tri">· {escape(word)}</span>' for word in others)
    return f"{escape(first)}{rest}"


def column_head(words: Sequence[str]) -> str:
    """The same for a column's head: a language a line."""
    first, *others = dict.fromkeys(words)
    return escape(first) + "".join(f'<br><span class="tri">{escape(word)}</span>' for word in others)


def heading(name: str) -> str:
    """Of a section."""
    return f"<h2>{in_three(HEADINGS[name])}</h2>"


def nothing() -> str:
    """Stands where there is nothing to tell."""
    return f"<p>{in_three(HEADINGS['none'])}</p>"


def table_of(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int) -> str:
    """The first so many columns hold numbers."""
    return grid([column_head(HEADINGS[name]) for name in head], rows, range(numbers)) if rows else nothing()


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Iterable[int]) -> str:
    """A table; heads are ready, the columns of these numbers hold numbers."""
    right = set(numbers)

    def line(cells: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} class="n">{c}</{tag}>' if i in right else f"<{tag}>{c}</{tag}>"
            for i, c in enumerate(cells)
        )

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f"<table><thead><tr>{line(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def on_the_wall(utc_s: float | None, report: AsRun) -> str:
    """On the hall's wall; past midnight with the days after the evening's date."""
    if utc_s is None:
        return "—"
    wall = datetime.fromtimestamp(utc_s, ZoneInfo(report.timezone))
    days = (wall.date() - report.day).days
    return f"{wall:%H:%M:%S}{f' <small>{days:+d}</small>' if days else ''}"


def length_of(seconds: float | None) -> str:
    """Minutes and seconds."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def late_by(seconds: float | None) -> str:
    """With its sign, and coloured."""
    if seconds is None:
        return "—"
    kind = "late" if seconds >= 1 else "early" if seconds <= -1 else ""
    return f'<span class="{kind}">{"−" if seconds <= -0.5 else "+"}{length_of(abs(seconds))}</span>'


def value_of(value: object) -> str:
    """A measure; what is true is a warning."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return '<span class="bad">!</span>' if value else "—"
    return f"{value:.3g}" if isinstance(value, float) else escape(str(value))
