"""An evidence pack checked alone: its bytes, the ledger's excerpt, the rows shown, and every finding judged anew."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from checker.diagnostics import CheckerError, concise
from checker.dossier import again, container, rows
from checker.dossier.clause import said_amount
from checker.dossier.container import Fault
from checker.dossier.month import hashed, sha256_of
from checker.dossier.pack import EVIDENCE, LEDGER, PAGE
from checker.dossier.page import render
from checker.ledger.entries import Entry, chained
from checker.ledger.lines import Row, entry_of, rows_of
from checker.model import Finding, Text
from checker.reports.json_lines import FindingLines
from checker.reports.options import Options


@dataclass
class Verdict:
    """What was re-checked and holds, what does not, and what cannot be told from the pack alone."""

    manifest: str = ""
    holds: list[Text] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    open: list[Text] = field(default_factory=list)


def verify(
    data: bytes, originals: Sequence[Path] | None = None, entries: Sequence[Entry] | None = None
) -> Verdict:
    """Check a pack. `originals`: the files it was made of, or their folders; `entries`: the ledger it was taken from.

    Raises:
        UsageError: one of the originals does not exist.
    """
    hashes = None if originals is None else {one["file"]: one["sha256"] for one in hashed(originals)}
    found = Verdict()
    members, found.faults = container.read(data)
    if found.faults:
        return found
    found.manifest = sha256_of(members[container.MANIFEST])
    count = len(members)
    found.holds.append(Text(f"{count} 个成员的校验值全部相符", f"all {count} members have their hashes"))
    try:
        evidence = json.loads(members[EVIDENCE])
        complete = _files(found, evidence, hashes)
        _excerpt(found, evidence, members, entries)
        _rules(found, evidence, members)
        _shown(found, evidence, members)
        _page(found, evidence, members)
        _again(found, evidence, members, None)
        if complete:
            _again(found, evidence, members, originals)
        else:
            found.open.append(_MORE)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        why = Text(f"不是完好的证据（{error!r}）", f"no sound evidence ({error!r})")
        found.faults.append(Fault(EVIDENCE, why))
    return found


_MORE = Text(
    "原始文件里是否还有包里没有收入、却影响结果的行（如后来补交的记录；给出全部原始文件即可核对）",
    "whether the originals hold further rows that would change the result (give all of them with --logs)",
)


def _files(found: Verdict, evidence: Mapping[str, Any], originals: Mapping[str, str] | None) -> bool:
    """Compare the hashes of the original files, by their bytes and not by their names, which may change.

    Gives whether all of them are there, unchanged.
    """
    wanted = {one["file"]: one["sha256"] for one in evidence["files"]}
    if originals is None:
        count = len(wanted)
        said = f"原始文件不在包里，{count} 个文件的校验值未核对（给出 --logs 即可核对）"
        found.open.append(Text(said, f"the hashes of the {count} original files; give --logs to check them"))
        return False
    have = set(originals.values())
    for name, digest in sorted(wanted.items()):
        if digest in have:
            continue
        if name in originals:
            why = Text(f"原始文件 {name} 与当时不同", f"the original {name} is not as it was")
            found.faults.append(Fault(EVIDENCE, why))
        else:
            found.open.append(Text(f"没有给出原始文件 {name}", f"the original {name} was not given"))
    same = sum(digest in have for digest in wanted.values())
    found.holds.append(Text(f"{same} 个原始文件与当时相同", f"{same} original files are as they were"))
    return same == len(wanted)


def _excerpt(
    found: Verdict, evidence: Mapping[str, Any], members: Mapping[str, bytes], ledger: Sequence[Entry] | None
) -> None:
    if evidence["ledger"] is None:
        found.open.append(Text("包里没有决定台账的摘录", "decisions: the pack has no excerpt of a ledger"))
        return
    listed = list(rows_of(members[LEDGER].decode("utf-8")))
    entries = [one for row in listed if (one := _sound(found, row)) is not None]
    if len(entries) < len(listed):
        return
    if (fault := _chain(entries, evidence["ledger"])) is not None:
        found.faults.append(fault)
        return
    count = len(entries)
    found.holds.append(
        Text(f"决定台账摘录的 {count} 笔各自完好，相邻的前后相接", f"{count} entries of the ledger are sound")
    )
    if ledger is None:
        said = "摘录之间的其他各笔不在包里，整条链未核对（给出 --ledger 即可核对）"
        found.open.append(Text(said, "the entries between those of the excerpt; give --ledger to check them"))
        return
    known = {one.hash for one in ledger}
    missing = [one.seq for one in entries if one.hash not in known]
    if missing or evidence["ledger"]["head"] not in known:
        why = Text(f"给出的台账里没有摘录的这些笔：{missing}", f"the ledger given lacks entries {missing}")
        found.faults.append(Fault(LEDGER, why))
    else:
        found.holds.append(Text("摘录与给出的台账一致", "the excerpt is part of the ledger given"))


def _sound(found: Verdict, row: Row) -> Entry | None:
    one = entry_of(row)
    if one is not None and chained(one.seq, one.step, one.prev).hash == one.hash:
        return one
    why = Text(f"第 {row.place} 行的一笔被改过", f"the entry in line {row.place} was changed")
    found.faults.append(Fault(LEDGER, why))
    return None


def _chain(entries: Sequence[Entry], said: Mapping[str, Any]) -> Fault | None:
    for before, one in pairwise(entries):
        if one.seq <= before.seq or (one.seq == before.seq + 1 and one.prev != before.hash):
            return Fault(LEDGER, Text(f"第 {one.seq} 笔没有接上前一笔", f"entry {one.seq} does not follow"))
    last = entries[-1] if entries else None
    if last and (last.seq > said["entries"] or (last.seq == said["entries"] and last.hash != said["head"])):
        return Fault(LEDGER, Text("末笔与记下的校验值不符", "the last entry has not the head that was noted"))
    return None


def _rules(found: Verdict, evidence: Mapping[str, Any], members: Mapping[str, bytes]) -> None:
    """Hold the rules in the pack against the hash that was noted, and the rules shown against those in the pack."""
    if again.rules_sha256(members) != evidence["pack"]["sha256"]:
        why = Text("规则文件与记下的校验值不符", "the rules have not the hash that was noted")
        found.faults.append(Fault("rules/", why))
    written = "\n".join(
        "\n".join(body.decode("utf-8-sig").splitlines()) + "\n"
        for name, body in members.items()
        if name.startswith("rules/")
    )
    for one in evidence["findings"]:
        if one["rule_as_written"] not in written:
            why = Text(f"列出的规则 {one['rule']} 与规则文件不同", f"the rule {one['rule']} shown differs")
            found.faults.append(Fault(EVIDENCE, why))


def _shown(found: Verdict, evidence: Mapping[str, Any], members: Mapping[str, bytes]) -> None:
    """Hold the rows shown as evidence against the rows that are judged: they must be the same cells."""
    kept: dict[tuple[str, str | None, int], list[str]] = {}
    for one in evidence["rows"]:
        body = rows.read(members[one["member"]])[1:]
        if len(body) != len(one["numbers"]):
            why = Text("行数与记下的不符", "it has not the rows that were noted")
            found.faults.append(Fault(one["member"], why))
            return
        kept.update(
            {(one["file"], one["sheet"], n): cells for n, cells in zip(one["numbers"], body, strict=True)}
        )
    count = 0
    for finding in evidence["findings"]:
        for row in finding["source"]:
            at = (row["file"], row["sheet"], row["row"])
            if row["cells"] is None:
                said = f"{row['file']} 第 {row['row']} 行没有按原样收入"
                found.open.append(
                    Text(said, f"row {row['row']} of {row['file']} is not in the pack as written")
                )
            elif kept.get(at) != row["cells"]:
                why = Text(f"{row['file']} 第 {row['row']} 行与供判断的行不同", f"row {row['row']} differs")
                found.faults.append(Fault(EVIDENCE, why))
            else:
                count += 1
    found.holds.append(Text(f"列出的 {count} 行证据与供判断的行相同", f"{count} rows shown are those judged"))


def _again(
    found: Verdict,
    evidence: Mapping[str, Any],
    members: Mapping[str, bytes],
    originals: Sequence[Path] | None,
) -> None:
    """Judge every finding anew, from the rows of the pack or from the original files."""
    asked = evidence["asked"]
    try:
        judged = again.judged(members, asked["period"], asked["as_of"], evidence["rules"], originals)
    except CheckerError as error:
        said = "; ".join(concise(one, "zh") for one in error.diagnostics[:3])
        found.faults.append(Fault("rules/", Text(f"不能重新判断：{said}", f"cannot be judged anew: {said}")))
        return
    same = 0
    for one in evidence["findings"]:
        other = judged.get(one["fingerprint"])
        why = again.difference(one["facts"], again.facts(other))
        if why is None and other is not None:
            why = _said_otherwise(one, other)
        same += why is None
        if why is not None:
            _otherwise(found, one, why, originals is not None)
    count = len(evidence["findings"])
    zh, en = (
        ("仅凭包里的行", "from the rows of the pack")
        if originals is None
        else ("从原始文件", "from the originals")
    )
    text = Text(
        f"{zh}重新判断：{count} 条发现中 {same} 条结果与金额相同",
        f"{same} of {count} findings come out the same {en}",
    )
    found.holds.append(text)


def _said_otherwise(one: Mapping[str, Any], other: Finding) -> Text | None:
    """Give what the finding as shown says otherwise than the one judged anew; where the rows stood does not count."""
    line = json.loads(FindingLines(Options("zh")).line(other))
    parts = [name for name in line if name != "evidence" and line[name] != one[name]]
    fine = other.penalty.fine if other.penalty else None
    amounts = None if fine is None else (fine.min, fine.max, fine.proposed, said_amount(fine.proposed))
    shown = one["amount"] and tuple(one["amount"][name] for name in ("min", "max", "proposed", "said"))
    parts += ["amount"] if amounts != shown else []
    return (
        Text(f"所示与判断不同：{'、'.join(parts)}", f"shown otherwise: {', '.join(parts)}") if parts else None
    )


def _page(found: Verdict, evidence: Mapping[str, Any], members: Mapping[str, bytes]) -> None:
    """Make the page anew from the data; another version of the program may word it otherwise."""
    entries = [
        one for row in rows_of(members.get(LEDGER, b"").decode()) if (one := entry_of(row)) is not None
    ]
    if members.get(PAGE) in [render(evidence, entries, lang) for lang in ("zh", "en")]:
        found.holds.append(Text("可读页面与数据逐字相同", "the page says what the data say"))
    else:
        said = "可读页面不是这一版程序从这些数据写出的，以数据为准"
        found.open.append(
            Text(said, "the page is not what this version writes for these data: trust the data")
        )


def _otherwise(found: Verdict, one: Mapping[str, Any], why: Text, from_originals: bool) -> None:
    name = one["fingerprint"][:12]
    if one["reproduced"] or from_originals:
        text = Text(
            f"发现 {name} 重新判断的结果不同：{why.zh}", f"finding {name} comes out otherwise: {why.en}"
        )
        found.faults.append(Fault(EVIDENCE, text))
        return
    said = f"发现 {name} 不能仅凭包里的行重新判断（出具时已注明）"
    found.open.append(Text(said, f"finding {name} cannot be judged from the rows of the pack (as it says)"))
