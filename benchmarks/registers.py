"""The made-up registers: for each log how many rows, and every field as SQL of the row number.

Every row complies but for planted faults: about 0.2 % violations, 0.05 % blanks, some unreadable cells. A row knows
`i` (its number from 0), `t` (its tick: a working day, week, month or quarter), `day` (the first day of the tick) and
`k` (its number inside the tick). Rows run in the order of time. Nothing is drawn by chance: `mix(i, salt)` scatters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Tick = Literal["workday", "week", "month", "quarter", "none"]


@dataclass(frozen=True)
class Size:
    """What an archive of `records` service records holds beside them."""

    records: int

    @property
    def staff(self) -> int:
        """Give the number of service people, and of dealers."""
        return max(20, self.records // 1000)

    @property
    def regions(self) -> int:
        """Give the number of regions."""
        return max(3, self.records * 3 // 10_000)

    @property
    def customers(self) -> int:
        """Give the number of customers; the first `staff` of them are dealers."""
        return max(5 * self.staff, self.records // 50)

    def share(self, per_million: int) -> int:
        """Give how many rows a log of so many rows per million service records has."""
        return max(10, self.records * per_million // 1_000_000)


@dataclass(frozen=True)
class Register:
    """One log: its ticks, rows in all (or for each tick), helpers, fields, and a condition that drops rows."""

    log: str
    tick: Tick
    columns: Mapping[str, str]
    rows: int = 0
    each_tick: int = 0
    lets: tuple[Mapping[str, str], ...] = ()
    keep: str = "true"
    spoilt: Mapping[str, str] = field(default_factory=dict)
    """Fields whose cells cannot be read where the condition holds; only in CSV, since Parquet has types."""


MACROS = """
create or replace temp macro mix(i, salt) as (((i * 48271 + salt * 16807 + 11) % 2147483647) * ((i * 48271 + salt * 16807 + 11) % 2147483647)) % 2147483647;
create or replace temp macro rare(i, salt, per_100000) as mix(i, salt) % 100000 < per_100000;
create or replace temp macro person(p) as 'F' || lpad(p::varchar, 6, '0');
create or replace temp macro called(p) as substr('赵钱孙李周吴郑王冯陈', (p % 10 + 1)::int, 1) || '员' || p;
create or replace temp macro area(r) as '片区' || lpad(r::varchar, 5, '0');
create or replace temp macro customer(c) as 'K' || lpad(c::varchar, 7, '0');
create or replace temp macro factory(c) as '第' || c || '水泥有限公司';
create or replace temp macro moment(day, minutes) as day::timestamp + to_minutes((minutes)::bigint);
create or replace temp macro clock(minutes) as (time '00:00' + to_minutes((minutes)::bigint));
create or replace temp macro tick_of(i, n, ticks) as (i * ticks) // n;
create or replace temp macro tick_start(t, n, ticks) as (t * n + ticks - 1) // ticks;
"""
PLANT, BLANK = 25, 50


def registers(size: Size) -> list[Register]:
    """Give every log that rules of the after-sales pack read."""
    return [*_people(size), *_services(size), *_phones(size), *_reports(size), *_cases(size), *_rest(size)]


def _people(size: Size) -> list[Register]:
    staff, regions = size.staff, size.regions
    office = f"(i >= {staff})"
    return [
        Register("staff_roster", "none", {
            "employee_id": "person(i)", "employee_name": "called(i)", "dept": "'业务部'",
            "post": f"case when {office} then '内勤统计' when i % 2 = 0 then '服务人员' else '技术员' end",
            "region": f"case when {office} or rare(i, 1, 200) then null::varchar[] else [area(i % {regions})] end",
            "employment_type": "'正式'", "hired_on": "date '2024-03-01' + (i % 300)::int", "left_on": "null",
            "valid_from": "date '2025-01-01'", "valid_to": "null", "manager_id": "person(0)",
            "duties": f"case i when {staff} then ['档案录入'] when {staff + 1} then ['周报', '月报'] end",
        }, rows=staff + 5),
        Register("region", "none", {
            "region": "area(i)", "opened_on": "date '2024-01-01'", "closed_on": "null", "owner_id": "person(i)",
        }, rows=regions),
        Register("leave", "workday", {
            "record_id": "'L' || i", "employee_id": "person(p)", "employee_name": "called(p)", "leave_type": "'年休假'",
            "start_at": "moment(day, 480)", "end_at": "moment(day, 1080)", "status": "'已批准'",
            "approved_by": "'经理'", "approved_on": "day - 1",
        }, rows=size.share(5_000), lets=({"p": f"(k * 31 + t * 7) % {staff}"},)),
        Register("attendance", "workday", {
            "date": "day", "employee_id": "person(k)", "employee_name": "called(k)", "status": "'出勤'",
            "registered_by": "'王芳'",
        }, each_tick=staff, keep="not rare(i, 2, 100)"),
    ]  # fmt: skip


def _services(size: Size) -> list[Register]:
    """The four logs with one row for each service; task 1:1, so each row is worked out from the same helpers."""
    staff, n = size.staff, size.records
    lets = (
        {"p": f"k % {staff}", "seq": f"k // {staff} + 1", "c": f"(i * 7919) % {size.customers}"},
        {
            "starts": "480 + (seq - 1) * 120 + mix(i, 3) % 60 - case when seq > 1 and rare(i, 4, 25) then 170 else 0 end"
        },
        {"lonely": f"rare(i, 5, {PLANT})"},
    )
    record = {
        "record_id": "'R' || lpad(i::varchar, 9, '0')", "seq_no": "seq", "service_date": "day", "start_time": "clock(starts)",
        "end_time": "clock(starts + 30 + mix(i, 6) % 30)", "task_id": "case when not lonely then 'T' || i end",
        "employee_id": "person(p)", "employee_name": "called(p)", "region": f"area(p % {size.regions})",
        "customer_id": "customer(c)", "customer_name": "factory(c)",
        "contact": f"case when not rare(i, 7, {BLANK // 2}) then '刘工' end",
        "contact_phone": f"case when not rare(i, 8, {BLANK // 2}) then '139' || lpad((mix(i, 9) % 100000000)::varchar, 8, '0') end",
        "product_model": "'ZM-' || (i % 7 + 1)", "batch_no": "'B' || (i % 5000)", "qty_t": "((i % 400) / 10.0)",
        "service_mode": "case when i % 5 = 0 then '电话' else '现场' end",
        "content": f"case when rare(i, 10, {PLANT}) then '好' else '磨机产量下降，现场调整助磨剂掺量并复测细度，第' || (i % 997) || '次' end",
        "result": "'已解决'", "customer_opinion": "case when rare(i, 11, 20) then '还行吧' when i % 3 = 0 then '很满意' else '满意' end",
        "customer_signed": f"not rare(i, 12, {PLANT})", "entered_at": f"moment(day, 1200 + mix(i, 13) % 200 + case when rare(i, 14, {PLANT}) then 2880 else 0 end)",
        "staff_signed": "true", "reported_by": "called(p)", "remark": "null",
    }  # fmt: skip
    card = {
        "card_no": "'C' || i", "record_id": f"case when rare(i, 15, {PLANT}) then 'RX' || i else 'R' || lpad(i::varchar, 9, '0') end",
        "issued_on": "day", "copies": f"case when rare(i, 16, {PLANT}) then 2 else 3 end", "copy1_held_by": "'用户'",
        "copy2_sent_on": "day + 3", "copy2_received_on": f"case when not rare(i, 17, {PLANT}) then day + 4 + (i % 9)::int end",
        "copy2_received_by": "'李敏'", "copy3_held_by": "'服务人员'",
    }  # fmt: skip
    task = {
        "task_id": "'T' || i", "source": "'用户报修'", "issued_at": "moment(day, starts - 100)", "issued_by": "'调度'",
        "employee_id": "person(p)", "employee_name": "called(p)", "accepted_at": "moment(day, starts - 90 + i % 20)",
        "finished_at": "moment(day, starts + 40)", "status": "'完成'", "customer_id": "customer(c)",
        "customer_name": "case when lonely then '别处' || i else factory(c) end",
    }  # fmt: skip
    archive = {
        "customer_id": "customer(c)", "customer_name": "factory(c)",
        "kind": f"case when c < {staff} then '经销商' else '终端用户' end", "region": f"area(c % {size.regions})",
        "address": "'工业路' || c || '号'", "contact": "'刘工'", "contact_phone": "'13912345678'",
        "created_on": "date '2025-06-01' + (c % 180)::int", "status": "'有效'",
        "record_id": f"case when not rare(i, 18, {PLANT}) then 'R' || lpad(i::varchar, 9, '0') end",
        "entered_at": "moment(day + 1, 600 + i % 300)", "entered_by": f"person({staff})", "last_service_on": "day",
    }  # fmt: skip
    return [
        Register(
            "service_record", "workday", record, rows=n, lets=lets, spoilt={"entered_at": "rare(i, 19, 10)"}
        ),
        Register("service_card", "workday", card, rows=n),
        Register("service_task", "workday", task, rows=n, lets=lets),
        Register("customer_archive", "workday", archive, rows=n, lets=lets),
    ]


def _phones(size: Size) -> list[Register]:
    staff, n = size.staff, size.share(100_000) // 10 * 10
    off = {
        "p": f"(k * 37 + t * 13) % {staff}",
        "off": "540 + mix(i, 20) % 420",
        "long": "i % 10 = 3",
    }
    status = {
        "record_id": "'G' || i", "employee_id": "person(p)", "employee_name": "called(p)", "status": "'关机'",
        "off_at": "moment(day, off)", "on_at": "moment(day, off + case when long then 90 else 5 + i % 20 end)",
        "found_by": "'拨测'", "registered_by": "'王芳'",
    }  # fmt: skip
    # the row of the status register that this report belongs to
    source = (
        {"j": "i * 10 + 3"},
        {"u": f"tick_of(j, {n}, ticks)"},
        {
            "that_day": "getvariable('workday')[u + 1]",
            "p": f"((j - tick_start(u, {n}, ticks)) * 37 + u * 13) % {staff}",
        },
        {"off": "540 + mix(j, 20) % 420"},
    )
    report = {
        "employee_id": "person(p)", "employee_name": "called(p)",
        "reported_at": "moment(that_day, off + 45 + case when rare(i, 21, 200) then 300 else 0 end)",
        "reported_to": "'业务部'", "reason": "'没电'", "alt_contact": "'037112345678'", "alt_kind": "'座机'",
    }  # fmt: skip
    test = {
        "called_at": "moment(day, 600 + k)", "employee_id": "person(k)", "employee_name": "called(k)",
        "result": "'接通'", "tested_by": "'王芳'",
    }  # fmt: skip
    return [
        Register("phone_status", "workday", status, rows=n, lets=(off,)),
        Register("phone_report", "workday", report, rows=n // 10, lets=source),
        Register("phone_call_test", "workday", test, rows=size.share(2_000)),
    ]


def _reports(size: Size) -> list[Register]:
    summary = {
        "week_label": "strftime(day, '%G-W%V')", "week_start": "day", "employee_id": "person(k)", "employee_name": "called(k)",
        "region": f"area(k % {size.regions})", "submitted_at": f"moment(day + 4, 900 + mix(i, 22) % 400 + case when rare(i, 23, {PLANT * 4}) then 2880 else 0 end)",
        "channel": "'微信'", "received_by": "'李敏'", "service_count": "10", "visit_count": "2", "issues": "'无异常'", "plan": "'按计划走访'",
    }  # fmt: skip
    volume = {
        "volume_no": "'V' || i", "record_kind": "'用户服务记录表'", "volume_month": "day", "held_by": "person(k)",
        "bound_on": f"case when not rare(i, 24, {PLANT * 4}) then getvariable('bound')[t + 1] end", "page_count": "40 + i % 7",
        "location": "'资料室'", "condition": f"case when rare(i, 25, {PLANT}) then '受潮' else '完好' end",
        "inspected_on": "getvariable('bound')[t + 1]", "inspected_by": "'李敏'", "service_date": "null",
        "disposed_on": f"case when rare(i, 26, {PLANT}) then getvariable('bound')[t + 1] + 60 end",
        "disposal_approved_by": "null", "hold_reason": "null",
    }  # fmt: skip
    dept = {
        "record_id": "'D' || kind || i", "report_name": "kind", "kind": "kind", "period": "said",
        "submitted_at": "sent", "prepared_by": f"person({size.staff + 1})", "received_by": "'总经理办公室'",
    }  # fmt: skip
    kinds: dict[Tick, tuple[str, str, str]] = {
        "workday": ("'日统计'", "strftime(day, '%Y-%m-%d')", "moment(day, 1080)"),
        "week": ("'周报'", "strftime(day, '%G-W%V')", "moment(day + 7, 600)"),
        "month": ("case when k = 0 then '月报' else '产品售后服务报表' end", "strftime(day, '%Y-%m')", "moment(day + interval 1 month + interval 2 day, 600)"),
    }  # fmt: skip
    return [
        Register("weekly_summary", "week", summary, each_tick=size.staff),
        Register("record_volume", "month", volume, each_tick=size.staff),
        *(
            Register("dept_report", tick, dept, each_tick=2 if tick == "month" else 1, lets=({"kind": kind, "said": said, "sent": sent},))
            for tick, (kind, said, sent) in kinds.items()
        ),
    ]  # fmt: skip


def _cases(size: Size) -> list[Register]:
    regions, staff, complaints = size.regions, size.staff, size.share(10_000) // 10 * 10
    poor = "(i % 10 = 5)"
    complaint = {
        "complaint_no": "'TS' || i", "type": "case when i % 4 = 0 then '投诉' else '抱怨' end", "received_at": "moment(day, 540 + i % 400)",
        "channel": "'电话'", "received_by": "'王芳'", "customer_id": f"customer((i * 7) % {size.customers})",
        "customer_name": f"factory((i * 7) % {size.customers})", "contact": "'刘工'", "contact_phone": "'13912345678'",
        "region": f"area(i % {regions})", "employee_id": f"person(i % {staff})", "content": "'供货细度波动'", "demand": "'更换'",
        "validity": "'有效'", "escalated_from": "null", "cause": f"case when {poor} then '服务质量' else '产品质量' end",
        "responsible_dept": "'业务部'", "corrective_action": "'复检'", "preventive_action": f"case when not rare(i, 27, {PLANT * 4}) then '加严抽检' end",
        "result": "'已解决'", "handler": "'李敏'", "reply_rating": "'满意'", "replied_on": "day + 3", "closed_on": "day + 5",
    }  # fmt: skip
    pursued = {
        "case_no": "'ZJ' || i", "source_type": "'投诉'", "source_no": "'TS' || (i * 10 + 5)", "responsible_dept": "'业务部'",
        "employee_id": f"person(i % {staff})", "facts": "'经查属实'", "evidence": "'记录'", "loss_amount": "100 + i % 50",
        "employee_statement": "'已陈述'", "opinion": "'批评教育'", "kind": "'批评教育'", "amount": "null", "decided_by": "'经理'",
        "decided_on": "day + 4", "served_on": "day + 5",
    }  # fmt: skip
    survey = {
        "form_no": "'S' || i", "quarter": "day", "dealer_id": "customer(k)", "dealer_name": "factory(k)", "region": f"area(k % {regions})",
        "sent_on": "day + (10 + k % 50)::int", "method": "'邮寄'", "returned_on": "day + (20 + k % 50)::int", "employee_id": f"person(k % {staff})",
        "employee_name": f"called(k % {staff})", "score_skill": "85", "score_attitude": "90", "score_timeliness": "88", "score_integrity": "92",
        "score_conduct": "90", "score_total": f"case when rare(i, 28, {PLANT * 10}) then 41 else 85 + i % 10 end",
        "overall": "case when i % 50 = 0 then '基本满意' else '满意' end", "valid": "true", "reason": "null", "signed": "true",
    }  # fmt: skip
    spot = {
        "check_no": "'J' || i", "checked_on": "day", "dept": "'质检部'", "region": f"area(i % {regions})", "mode": "'不定期'",
        "employee_id": f"person(i % {staff})", "employee_name": f"called(i % {staff})", "item": "'服务记录'",
        "result": "'合格'", "finding_type": f"case when rare(i, 29, {PLANT * 4}) then '误判' else '无' end", "checkers": "['李敏', '王芳']", "staff_signed": "true",
    }  # fmt: skip
    return [
        Register("complaint", "workday", complaint, rows=complaints),
        Register("accountability", "workday", pursued, rows=complaints // 10),
        Register("satisfaction_survey", "quarter", survey, each_tick=staff),
        Register("spot_check", "workday", spot, rows=size.share(6_000)),
    ]


def _rest(size: Size) -> list[Register]:
    staff, regions, customers = size.staff, size.regions, size.customers
    here = ({"p": f"(k * 17 + t * 3) % {staff}", "c": f"(i * 11) % {customers}"},)
    visit = {
        "record_id": "'Z' || i", "employee_id": "person(p)", "employee_name": "called(p)", "region": f"area(p % {regions})",
        "visit_date": "day", "visit_start": "clock(520 + mix(i, 30) % 600)", "visit_end": "clock(1150)", "customer_id": "customer(c)",
        "customer_name": "factory(c)", "met_person": f"case when not rare(i, 31, {PLANT}) then '赵厂长' end", "content": "'例行走访'", "opinion": "'无'",
        "handling": "'无'", "customer_signed": "true",
    }  # fmt: skip
    ledger = {
        "record_id": "'P' || i", "date": "day", "location": f"area(i % {regions})", "product_model": "'ZM-1'", "batch_no": "'B1'", "unit": "'吨'",
        "opening": "100", "in_qty": "i % 9", "out_qty": "i % 9", "closing": f"case when rare(i, 32, {PLANT}) then 101 else 100 end", "kind": "'发货'",
        "doc_no": "'PZ' || i", "handled_by": f"person(i % {regions})",
    }  # fmt: skip
    followup = {
        "call_no": "'H' || i", "called_at": "moment(day, 600)", "customer_id": f"customer((i * 13) % {customers})",
        "customer_name": f"factory((i * 13) % {customers})", "connected": "true", "content": "'回访'", "rating": "'满意'", "caller_id": f"person({staff})",
    }  # fmt: skip
    suggestion = {
        "suggestion_no": "'Y' || i", "proposed_on": "day", "proposer": f"person(i % {staff})", "source": "'员工'", "content": "'改进包装'",
        "status": "'采纳'", "adopted_on": "day + 5", "reward_type": "'现金'", "reward_amount": "50", "rewarded_on": "day + 20",
    }  # fmt: skip
    consult = {
        "record_id": "'X' || i", "kind": "'客户咨询'", "received_at": "moment(day, 560)", "customer_name": f"factory(i % {customers})",
        "content": "'掺量'", "replied_at": "moment(day, 700)", "replied_by": "'李敏'",
    }  # fmt: skip
    problem = {
        "case_no": "'W' || i", "received_on": "day", "customer_name": f"factory(i % {customers})", "product_model": "'ZM-2'", "batch_no": "'B2'",
        "qty": "3", "claim_type": "'包退'", "cause": "'质量'", "transport_mode": "'公司运输'", "inspection_body": "'省质检站'", "inspection_no": "'QJ' || i",
        "inspection_result": "'不合格'", "inspection_fee": "200", "fee_bearer": "'公司'", "action": "'退货'", "closed_on": "day + 6",
    }  # fmt: skip
    statement = {
        "attestation_no": "'A' || clause || i", "clause_ref": "clause", "subject_id": "'after-sales@' || year(day) || 'Q' || quarter(day)",
        "conclusion": "'属实'", "reason": "'抽查凭证'", "evidence": "'凭证册'", "attested_by_1": "'李敏'", "attested_by_2": "'王芳'", "attested_on": "day + 80",
    }  # fmt: skip
    untrue = statement | {"subject_id": "'R' || lpad((i * 20011)::varchar, 9, '0')"}
    version = {
        "version": "'2026.1'", "approved_by": "'总经理'", "approved_on": "date '2025-12-22'", "consulted_on": "date '2025-12-10'",
        "published_on": "date '2025-12-26'", "publish_method": "'公告栏'", "effective_from": "date '2026-01-01'",
    }  # fmt: skip
    return [
        Register("visit", "workday", visit, rows=size.share(50_000), lets=here),
        Register("product_ledger", "workday", ledger, rows=size.share(5_000)),
        Register("phone_followup", "workday", followup, rows=size.share(2_000)),
        Register("suggestion", "workday", suggestion, rows=size.share(500)),
        Register("training_consult", "workday", consult, rows=size.share(2_000)),
        Register("product_problem", "workday", problem, rows=size.share(1_000)),
        Register("attestation", "quarter", statement, each_tick=2, lets=({"clause": "case when k = 0 then '总.三' else '二.9.c' end"},)),
        Register("attestation", "workday", untrue, rows=max(1, size.records // 20_011), lets=({"clause": "'二.4.d'"},)),
        Register("policy_version", "none", version, rows=1),
    ]  # fmt: skip
