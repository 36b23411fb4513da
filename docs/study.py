"""Write the reference of the study file, docs/study.md and docs/study.zh.md, from the typed tree.

python docs/study.py
"""

from __future__ import annotations

from pathlib import Path

from planner.start.reference import reference

PAGES = {
    Path(__file__).with_name("study.md"): "en",
    Path(__file__).with_name("study.zh.md"): "zh",
}

if __name__ == "__main__":
    for page, lang in PAGES.items():
        page.write_text(reference(lang), encoding="utf-8")
