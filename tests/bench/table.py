"""One line of the result."""
import dataclasses
import typing


@dataclasses.dataclass
class Row:
    """`value` is compared with the bar; the other fields are text."""
    name: str
    floor: str
    ours: str
    value: float
    at_least: typing.Optional[float] = None
    at_most: typing.Optional[float] = None
    beside: str = ""

    def met(self):
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.at_most is None or self.value <= self.at_most

    def bar(self):
        if self.at_least is not None:
            return f"≥ {self.at_least:,g}"
        return "" if self.at_most is None else f"≤ {self.at_most:,g}"

    def markdown(self):
        number = f"{self.value:.2f}" if self.value < 20 else f"{self.value:,.0f}"
        verdict = "" if not self.bar() else "met" if self.met() else "**not met**"
        cells = self.name, self.floor, self.ours, number, self.bar(), verdict, self.beside
        return "| " + " | ".join(cells) + " |"
