"""Judgements on the terminal, and what was learnt from them."""

from __future__ import annotations

from collections.abc import Mapping

from api.catalogue import Translate, fill
from api.labels import KINDS, SIGNAL, VERDICT
from api.learning.schemas import Attentions, Calibration, Judgements, Lacking, Lesson, Reliability, Step, Steps
from api.printing import Printer
from ingest import N_
from matcher import FEWEST_LISTS

_EVENT: Mapping[str, str] = {
    "promoted": N_("Promoted: these weights are in force now."),
    "refused": N_("Not promoted: the weights stay as they are."),
    "rolled back": N_("Rolled back: the weights from before the last promotion are in force again."),
}
_METHOD: Mapping[str, str] = {
    "isotonic": N_("isotonic regression"),
    "bins": N_("bins of equal counts"),
}


def print_judgements(judgements: Judgements, translate: Translate) -> None:
    """Latest first."""
    printer = Printer(translate)
    if not judgements.judgements:
        printer.say(N_("Nothing was judged yet."))
    for one in judgements.judgements:
        pair = f"{one.candidate.title or one.candidate.id} → {one.record.title or one.record.id}"
        printer.write(f"{translate(VERDICT[one.verdict])}: {pair}")
        where = translate(N_("on no list"))
        if one.rank is not None:
            where = fill(translate(N_("place {rank}, score {score}")), {"rank": one.rank, "score": f"{one.score:.2f}"})
        printer.write(f"    {one.candidate.id} → {one.record.id} · {one.judged_at} · {where}")
        if one.reason:
            printer.write(f"    {one.reason}")


def print_steps(steps: Steps, translate: Translate) -> None:
    """In order of time."""
    printer = Printer(translate)
    if not steps.steps:
        printer.say(N_("Nothing was learnt yet; the weights are those that are written down."))
    for step in steps.steps:
        printer.write(step.happened_at)
        print_step(step, translate)


def print_step(step: Step, translate: Translate) -> None:
    """What was decided and why, the weights in force, and how far likelihoods can be trusted."""
    printer = Printer(translate)
    if step.lesson:
        _print_lesson(step.lesson, printer)
    printer.say(_EVENT[step.event])
    printer.say(N_("Weights in force ({version}):"), version=step.version)
    tried = step.lesson.trial.weights if step.event == "refused" and step.lesson and step.lesson.trial else {}
    for name, weight in step.weights.items():
        beside = f" ({tried[name]:.3f})" if name in tried else ""
        printer.write(f"    {translate(SIGNAL[name])}: {weight:.3f}{beside}")
    if tried:
        printer.say(N_("In brackets: what was tried."))
    if not step.calibrations:
        printer.say(
            N_(
                "Likelihoods are not calibrated: for one kind of record and one kind of candidates 40 judgements on "
                "lists are needed, 10 of each verdict, of 5 records."
            )
        )
    for one in step.calibrations:
        _print_calibration(one, printer)


def _print_lesson(lesson: Lesson, printer: Printer) -> None:
    printer.say(
        N_("{judged} judgements hold, {shown} of them on lists; {lists} lists have both verdicts."),
        judged=lesson.judged,
        shown=lesson.shown,
        lists=lesson.lists,
    )
    printer.say(
        N_("Places further down are looked at less: by rank to the power of −{bias}."), bias=f"{lesson.bias:.2f}"
    )
    if lesson.lacking:
        _print_lacking(lesson.lacking, printer)
    if lesson.trial is None:
        return
    trial, gain = lesson.trial, lesson.trial.gain
    printer.say(
        N_(
            "Learnt from {training} earlier lists and tried on {later} later ones: of their pairs {before} were "
            "ordered rightly before, {after} with the learnt weights; gain {gain} [{low}, {high}]."
        ),
        training=trial.training_lists,
        later=trial.later_lists,
        before=f"{trial.before:.3f}",
        after=f"{trial.after:.3f}",
        gain=f"{gain.mean:+.3f}",
        low=f"{gain.low:+.3f}",
        high=f"{gain.high:+.3f}",
    )
    printer.say(
        N_("The whole interval is above zero.") if gain.low > 0 else N_("The interval is not wholly above zero.")
    )


def _print_lacking(lacking: Lacking, printer: Printer) -> None:
    if lacking.lists:
        printer.say(
            N_("Too few to learn weights from: {needed} lists with both verdicts are needed, {count} more."),
            needed=FEWEST_LISTS,
            count=lacking.lists,
        )
        return
    printer.say(
        N_(
            "No weights were tried. They are tried only on what was judged after the last trial or roll-back, at least "
            "half as much as before it, or chance would win some day."
        )
    )
    if lacking.judgements:
        printer.say(N_("Still to be judged of what is on lists: {count}."), count=lacking.judgements)
    if lacking.later_lists:
        printer.say(N_("Further lists on which both verdicts are given: {count}."), count=lacking.later_lists)


def _print_calibration(calibration: Calibration, printer: Printer) -> None:
    of = (printer.translate(KINDS[kind]) for kind in (calibration.asked, calibration.to) if kind)
    printer.say(
        N_("Likelihoods ({kinds}): {method} over {count} judgements, {fitting} of which fit."),
        kinds=" → ".join(of) or printer.translate(N_("all kinds together, no longer used")),
        method=printer.translate(_METHOD[calibration.method]),
        count=calibration.count,
        fitting=calibration.fitting,
    )
    if calibration.reliability:
        _print_reliability(calibration.reliability, printer)


def _print_reliability(reliability: Reliability, printer: Printer) -> None:
    printer.say(
        N_("On records kept apart the likelihoods were off by {ece} on average (ECE, {count} judgements, {split}):"),
        ece=f"{reliability.ece:.3f}",
        count=reliability.count,
        split=reliability.split,
    )
    for one in reliability.bins:
        line = N_("said {predicted}, judged to fit {fitting} of {count}")
        values = {"predicted": f"{one.predicted:.2f}", "fitting": f"{one.fitting:.2f}", "count": str(one.count)}
        printer.write("    " + fill(printer.translate(line), values))


def print_attention(attention: Attentions, translate: Translate) -> None:
    """By kinds of candidates."""
    printer = Printer(translate)
    if not attention.exposure:
        printer.say(N_("No list was shown yet."))
    else:
        printer.say(N_("Counted are lists on the web page and the terminal, not what programs fetch from the server."))
    for one in attention.exposure:
        printer.say(
            N_("{kind}: {count} institutions, {unseen} never shown, Gini {gini}"),
            kind=translate(KINDS[one.kind]),
            count=one.institutions,
            unseen=one.unseen,
            gini=f"{one.gini:.2f}",
        )
        for institution in one.most:
            printer.write(f"    {institution.share:.0%}  {institution.name}")
