"""``publisher brand``."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli.common import State, json_option, languages_option, print_json, print_table


@click.command("brand", short_help="Show the brand: a specimen sheet, and contrasts.")
@languages_option
@click.option(
    "-o", "out", type=click.Path(path_type=Path), metavar="FILE", help="Instead of dist/brand.pdf."
)
@json_option
@click.pass_obj
def command(state: State, languages: tuple[str, ...], out: Path | None, as_json: bool) -> int:
    """Write a specimen sheet of all tokens in all scripts of the publication, and check contrasts.

    One language stands for each script; -l names others. Exit code 1 when a pair of colours is below
    WCAG AA.
    """
    from datetime import UTC, datetime

    from publisher import __version__, brand, language
    from publisher.brand import MINIMUM_CONTRAST
    from publisher.build_inputs import brand_files, own_css
    from publisher.catalog import layout
    from publisher.files import write_atomic
    from publisher.specimen import Setting, one_a_script, specimen

    publication = state.publication()
    root = publication.root
    look = brand.load(root / "styles")
    codes = publication.pick_languages(languages)
    own = root / "translations" / "languages"
    chosen = [language.load(code, own) for code in codes]
    if not languages:
        chosen = one_a_script(chosen)
    setting = Setting(
        brand=look,
        name=publication.config.name.text,
        publisher=publication.config.publisher.text,
        stamp=datetime(2000, 1, 1, tzinfo=UTC),
        version=__version__,
        files=brand_files(publication, look.logo),
        css=own_css(publication),
    )
    words = [(each, layout.load(each.code, root / "translations" / "layout")) for each in chosen]
    path = out or publication.dist / "brand.pdf"
    write_atomic(path, specimen(setting, language.load("en", own), words))
    pairs = look.pairs()
    shown = publication.relative(path)
    if as_json:
        print_json(
            {
                "path": shown,
                "languages": [each.code for each in chosen],
                "contrast": [
                    {
                        "colour": a,
                        "ground": b,
                        "ratio": round(ratio, 2),
                        "aa": ratio >= MINIMUM_CONTRAST,
                    }
                    for a, b, ratio in pairs
                ],
            }
        )
    else:
        rows = [
            [a, b, f"{ratio:.1f}", "AAA" if ratio >= 7 else "AA" if ratio >= 4.5 else "FAILS"]
            for a, b, ratio in pairs
        ]
        print_table(state, ["colour", "ground", "contrast", "level"], rows)
        state.say(f"{shown}: {', '.join(each.code for each in chosen)}")
    return 1 if look.findings() else 0
