"""`infograd verify`: the catalogue, the paper's experiments and its claims, judged and reported."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from infograd.claim import Standing
from infograd.record import Run
from infograd.verdict import Status
from infograd.verify.command.files import prepare_folder, require
from infograd.verify.command.outcome import exit_code, report_failures, report_flips
from infograd.verify.command.terminal import diagnostics, output, progress_bar
from infograd.verify.experiments import Profile


def run(profile: Profile, out: Path, jobs: int | None) -> int:
    """Run the experiments with progress on standard error, write the four files, print the summary and their paths."""
    from infograd.verify.experiments import run as run_experiments
    from infograd.verify.reporting import write

    require("torch", ("torch",), "the learned room")
    prepare_folder(out)
    with progress_bar("starting") as progress:
        made = run_experiments(profile=profile, jobs=jobs, progress=progress)
    diagnostics().print("writing the report")
    paths = write(made, out)
    console = output()
    for line in summary(made):
        console.print(line, soft_wrap=True)
    for path in paths:
        console.print(str(path), soft_wrap=True)
    report_failures(made.records)
    return report_flips(made.claims) or exit_code(record.verdict for record in made.records)


def summary(made: Run) -> list[str]:
    """The verdict in a line, how often each status was found, and how the claims stand."""
    comparisons = [comparison for record in made.records for comparison in record.verdict.comparisons]
    counted = Counter(comparison.status for comparison in comparisons)
    unexpected = sum(not comparison.as_expected for comparison in comparisons)
    judged = made.records and all(record.verdict.as_expected for record in made.records)
    lines = ["Every verdict is the expected one." if judged else "Not every verdict is the expected one."]
    lines.append(f"{len(made.records)} questions, {len(comparisons)} comparisons, {unexpected} of them unexpected")
    lines += [f"  {counted[status]:5d} {status.name}: {status.value}" for status in Status if counted[status]]
    if made.claims:
        flips = sum(not examination.as_stated for examination in made.claims)
        standings = Counter(examination.claim.standing for examination in made.claims)
        lines.append(f"{len(made.claims)} claims, {flips} of them not as stated")
        lines += [f"  {standings[standing]:5d} {standing.value}" for standing in Standing if standings[standing]]
    return lines
