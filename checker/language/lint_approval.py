"""Approval and publication come before effect (总.四): what pack.yaml says about the policy document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from checker.diagnostics import Diagnostic
from checker.language.pack import Pack
from checker.language.yaml_loader import Document
from checker.model import Text

Documents = Mapping[str, tuple[Document, ...]]
_NEEDED = ("approved_by", "approved_on", "published_on")


def policy_is_approved(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Warn of a draft that has penalties, as nothing is fined; refuse a publication before the approval."""
    policy, place = pack.policy, pack.places.key(("policy",))
    missing = [word for word in _NEEDED if getattr(policy, word) is None]
    if missing and _promises_money(pack):
        words = ", ".join(missing)
        said = Text(
            f"制度是草案，不产生罚款：缺 {words}", f"the policy is a draft and nothing is fined: no {words}"
        )
        yield Diagnostic(
            "draft-pack", "warning", place, said, hint=Text("批准公布后补上", "add them once it is approved")
        )
    if policy.approved_on and policy.published_on and policy.published_on < policy.approved_on:
        said = Text("公布日期早于批准日期", "the policy was published before it was approved")
        expected = Text(f"不早于 {policy.approved_on}", f"not before {policy.approved_on}")
        where = pack.places.of(("policy", "published_on"))
        yield Diagnostic(
            "published-before-approved", "error", where, said, expected, str(policy.published_on)
        )


def _promises_money(pack: Pack) -> bool:
    tallies = any("fine" in step for tally in pack.tallies.values() for step in tally.steps)
    return tallies or any(rule.penalty is not None or rule.reward is not None for rule in pack.rules)


def rules_follow_publication(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Warn of a rule with a penalty that holds before the policy was published."""
    published = pack.policy.published_on
    for rule in pack.rules if published else ():
        if rule.penalty is not None and published and rule.effective.start < published:
            said = Text("规则在制度公布之前就生效", "the rule holds before the policy was published")
            expected = Text(f"不早于 {published}", f"not before {published}")
            place = rule.places.of(("effective", "from"))
            yield Diagnostic(
                "effective-before-published", "warning", place, said, expected, str(rule.effective.start)
            )


def policy_file_is_the_one_approved(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """The policy document, where the pack holds it, still has the digest that pack.yaml names."""
    policy = pack.policy
    if not (policy.file and policy.sha256):
        return
    path = pack.folder / policy.file
    if not path.is_file():
        said = Text(f"没有制度文件 {policy.file}", f"there is no policy document {policy.file}")
        yield Diagnostic(
            "missing-policy-file", "error", pack.places.of(("policy", "file")), said, policy.file
        )
        return
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != policy.sha256:
        said = Text("制度文件与批准的不同", "the policy document is not the one that was approved")
        hint = Text("核对文件；修订须重新批准", "check the document; a change needs a new approval")
        place = pack.places.of(("policy", "sha256"))
        yield Diagnostic("policy-changed", "error", place, said, policy.sha256, found, hint)
