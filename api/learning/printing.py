"""Judgements on the terminal, and what was learnt from them."""

from __future__ import annotations

from collections.abc import Mapping

from api.catalogue import Translate, fill
from api.labels import KINDS, SIGNAL, VERDICT
from api.learning.schemas import Attentions, Judgements, Lesson, Reliability, Step, Steps
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
    if step.calibration is None:
        printer.say(N_("Likelihoods are not calibrated: 40 judgements on lists are needed, 10 of each verdict."))
        return
    printer.say(
        N_("Likelihoods: {method} over {count} judgements, {fitting} of which fit."),
        method=translate(_METHOD[step.calibration.method]),
        count=step.calibration.count,
        fitting=step.calibration.fitting,
    )
    if step.lesson and step.lesson.reliability:
        _print_reliability(step.lesson.reliability, printer)


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
    if lesson.trial is None:
        printer.say(
            N_("Too few to learn weights from: {needed} lists with both verdicts are needed."), needed=FEWEST_LISTS
        )
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
