"""Which themes somebody should look at, and why."""

from __future__ import annotations

import numpy as np

from bernard.tools.consult.quality.checks import Checks
from bernard.tools.consult.quality.estimates import Numbers
from bernard.tools.consult.quality.types import Attention, Estimate, ThemeQuality

# Krippendorff 2004, Content Analysis, chapter 11: below this, conclusions are not to be drawn.
_SHAKY_ALPHA = 0.667
_POOR_F1 = 0.6


def attention(
    checks: Checks, themes: tuple[ThemeQuality, ...], overall: Estimate | None
) -> tuple[Attention, ...]:
    """Themes with a reason to look at them, the most pressing first."""
    if overall is None:
        return ()
    found = []
    for column, theme in enumerate(themes):
        pressing, why = _why(checks, column, themes, overall)
        if why:
            found.append((pressing, column, Attention(theme.theme, theme.title, why)))
    return tuple(one for _, _, one in sorted(found, key=lambda f: (-f[0], f[1])))


def _why(
    checks: Checks, column: int, themes: tuple[ThemeQuality, ...], overall: Estimate
) -> tuple[float, str]:
    """How pressing it is, and the reason; empty where there is none."""
    theme = themes[column]
    if theme.alpha is not None and theme.alpha.high < _SHAKY_ALPHA:
        return 3.0, (
            f"People do not agree about it (alpha {theme.alpha.value:.2f}), so its title or description "
            "may mean different things to them."
        )
    if not theme.too_few and theme.f1 is not None and _poor(theme.f1, overall):
        return 2.0 + (1 - theme.f1.value) * theme.counted, _fault(checks, column, themes)
    if theme.share is not None and not theme.share.low <= theme.counted <= theme.share.high:
        return 1.0, _miscounted(theme, theme.share)
    if theme.too_few and (theme.checked or theme.counted):
        return 0.0, (
            f"Only {theme.checked} of the checked responses "
            f"{'is' if theme.checked == 1 else 'are'} about it, too few to say how well it is mapped."
        )
    return 0.0, ""


def _poor(f1: Estimate, overall: Estimate) -> bool:
    """Whether it is worse than the whole beyond chance, or plainly poor."""
    return f1.high < overall.value or f1.value < _POOR_F1


def _fault(checks: Checks, column: int, themes: tuple[ThemeQuality, ...]) -> str:
    """Which way the machine errs, in numbers, and with which theme it confuses this one."""
    machine, people = checks.machine[:, column], checks.people[:, column]
    given, meant, both = machine.sum(), people.sum(), (machine * people).sum()
    if meant > given:
        other = _other(people * (1 - machine), checks.machine * (1 - checks.people), themes)
        instead = f" It often gave {other!r} instead." if other else ""
        return (
            f"The machine misses it: of {meant:.0f} checked responses in which people saw it, "
            f"it found {both:.0f}.{instead}"
        )
    other = _other(machine * (1 - people), checks.people * (1 - checks.machine), themes)
    instead = f" They often gave {other!r} instead." if other else ""
    return (
        f"The machine gives it too often: of {given:.0f} checked responses that it put here, "
        f"people put {both:.0f} here.{instead}"
    )


def _other(errors: Numbers, instead: Numbers, themes: tuple[ThemeQuality, ...]) -> str:
    """The title of the theme that stands in this one's place in at least 3 and two in five of its errors."""
    often = errors @ instead
    most = int(np.argmax(often))
    enough = often[most] >= max(3.0, 0.4 * errors.sum())
    return themes[most].title if enough else ""


def _miscounted(theme: ThemeQuality, share: Estimate) -> str:
    less = "fewer" if theme.counted < share.low else "more"
    return (
        f"The machine counts {less} responses than there are: {_percent(theme.counted)} by its count, "
        f"{_percent(share.low)} to {_percent(share.high)} once its errors are corrected for."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
