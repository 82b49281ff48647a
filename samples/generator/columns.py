"""The headers of every file, as its clerk typed them (`~` is a line break inside a header cell)."""

from __future__ import annotations

from generator.sheets import columns

ROSTER = columns(
    "employee_id=工号 employee_name=姓名 dept=部门 post=岗位 region=片区 employment_type=用工形式 "
    "hired_on=入职日期 left_on=离职日期 valid_from=生效日期 valid_to=失效日期 "
    "manager_id=直接负责人 duties=承担职责 phone=手机"
)
LEAVE = columns(
    "record_id=请假单号 employee_id=工号 employee_name=姓名 leave_type=假别 "
    "start_at=起止时间>开始时间 end_at=起止时间>结束时间 status=审批状态 approved_by=审批人 "
    "approved_on=批准日期"
)
RECORD_NORTH = columns(
    "seq_no=序号 service_date=服务日期 employee_id=服务人员工号 employee_name=服务人员 "
    "start_time=服务时间>开始时间 end_time=服务时间>结束时间 customer_name=用户>用户名称 "
    "contact=用户>联系人 contact_phone=用户>联系电话 record_id=记录编号 task_id=任务单号 "
    "region=片区 product_model=产品型号 batch_no=批号 qty_t=数量(吨) service_mode=服务方式 "
    "content=服务内容 result=处理结果 customer_opinion=用户意见 customer_signed=用户签字 "
    "staff_signed=服务人员签字 entered_at=填表日期"
)
RECORD_SOUTH = columns(
    "record_id=记录编号 seq_no=当日~序号 service_date=服务~日期 start_time=到达~时间 "
    "end_time=离开~时间 task_id=派工单号 employee_id=服务人员~工号 employee_name=服务人员 "
    "region=片区 customer_name=客户名称 contact=联系人 contact_phone=联系~电话 "
    "product_model=规格型号 batch_no=批号 qty_t=数量（吨） service_mode=服务方式 content=服务内容 "
    "result=处理结果 customer_opinion=客户评价 customer_signed=客户签名 entered_at=录入时间 "
    "staff_signed=服务人员~签字"
)
RECORD_EAST = columns(
    "record_id=单号 service_date=日期 seq_no=序号 employee_name=技术员 employee_id=工号 "
    "region=区域 customer_name=单位名称 contact=联系人 contact_phone=联系电话 task_id=服务单号 "
    "start_time=开始时间 end_time=结束时间 product_model=品种 batch_no=批号 qty_t=数量 "
    "service_mode=服务类型 content=问题描述 result=解决情况 customer_opinion=用户意见 "
    "customer_signed=用户签字 staff_signed=服务人员签字 entered_at=填表日期"
)
CARD = columns(
    "card_no=卡号 record_id=记录编号 issued_on=填卡日期 copies=联数 "
    "copy1_held_by=第一联(用户留存) copy2_sent_on=第二联发回公司日期 "
    "copy2_received_on=第二联收到日期 copy2_received_by=收件人 copy3_held_by=第三联(服务人员留存) "
    "archive_no=存档编号 location=存放位置"
)
TASK = columns(
    "task_id=任务单号 source=来源 source_no=来源单号 issued_at=下达时间 issued_by=下达人 "
    "employee_id=接收人工号 employee_name=接收人 accepted_at=接单时间 departed_at=出发时间 "
    "arrived_at=到达时间 finished_at=完成时间 status=状态 customer_id=客户编号 "
    "customer_name=客户名称"
)
ARCHIVE = columns(
    "customer_id=客户编号 customer_name=客户名称 kind=客户类别 region=片区 contact=联系人 "
    "contact_phone=联系电话 created_on=建档日期 status=状态 record_id=服务记录编号 "
    "entered_at=录入日期 entered_by=录入人 last_service_on=最近服务日期"
)
LEDGER = columns(
    "record_id=记录编号 date=日期 location=片区/仓库 product_model=产品型号 batch_no=批号 "
    "unit=单位 opening=数量>期初数量 in_qty=数量>收入数量 out_qty=数量>发出数量 "
    "closing=数量>结存数量 kind=业务类型 doc_no=凭证号 handled_by=经手人工号 entered_at=登记日期"
)
SURVEY = columns(
    "form_no=问卷编号 quarter=季度 dealer_id=经销商编号 dealer_name=经销商名称 region=片区 "
    "sent_on=发放日期 method=发放方式 returned_on=回收日期 employee_id=被考评人工号 "
    "employee_name=姓名 score_skill=业务技能 score_attitude=服务态度 score_timeliness=及时性 "
    "score_integrity=诚信 score_conduct=规范 score_total=总分 overall=总体评价 valid=是否有效 "
    "reason=不满意原因 signed=填表人签字/盖章"
)
WEEKLY = columns(
    "week_label=周次 week_start=周开始日期 employee_id=工号 employee_name=姓名 region=片区 "
    "submitted_at=提交时间 channel=提交方式 received_by=接收人 service_count=本周服务次数 "
    "visit_count=本周走访次数 issues=存在问题 plan=下周计划"
)
REPORT = columns(
    "record_id=编号 report_name=报表名称 kind=类型 period=所属期间 submitted_at=报送时间 "
    "prepared_by=编制人工号 reviewed_by=审核人 received_by=接收部门"
)
PHONE = columns(
    "record_id=编号 employee_id=工号 employee_name=姓名 status=状态 off_at=开始时间 "
    "on_at=恢复时间 found_by=发现方式 registered_by=登记人"
)
PHONE_REPORT = columns(
    "employee_id=工号 employee_name=姓名 reported_at=汇报时间 reported_to=汇报对象 reason=原因 "
    "alt_contact=备用联系方式 alt_kind=备用方式类型"
)
CALL_TEST = columns("called_at=拨测时间 employee_id=工号 employee_name=姓名 result=结果 tested_by=拨测人")
VISIT = columns(
    "record_id=记录编号 employee_id=工号 employee_name=姓名 region=片区 visit_date=走访日期 "
    "visit_start=到达时间 visit_end=离开时间 customer_id=客户编号 customer_name=走访单位 "
    "met_person=走访对象 content=走访内容 opinion=客户意见 handling=处理情况 "
    "customer_signed=客户签字"
)
CHECK = columns(
    "check_no=抽查编号 checked_on=抽查日期 dept=抽查部门 region=片区 mode=方式 "
    "employee_id=被抽查人工号 employee_name=被抽查人 item=抽查项目 result=检查结果 "
    "finding_type=问题类型 finding=存在问题 fix_due=整改期限 fixed_on=完成日期 checkers=抽查人 "
    "staff_signed=被抽查人签字"
)
FOLLOWUP = columns(
    "call_no=回访编号 called_at=回访时间 customer_id=客户编号 customer_name=客户名称 phone=电话 "
    "connected=是否接通 record_id=对应服务记录编号 content=回访内容 rating=满意度 "
    "suggestion=客户建议 caller_id=回访人工号"
)
COMPLAINT = columns(
    "complaint_no=投诉编号 type=类别 received_at=受理时间 channel=受理方式 received_by=受理人 "
    "customer_id=客户编号 customer_name=客户名称 contact=联系人 contact_phone=电话 region=片区 "
    "employee_id=被反映人工号 content=内容 demand=客户要求 validity=是否有效 "
    "escalated_from=升级自 cause=原因分类 responsible_dept=责任部门 responsible_id=责任人 "
    "corrective_action=纠正措施 preventive_action=预防措施 result=处理结果 handler=处理人 "
    "reply_rating=回访满意 replied_on=回复客户日期 closed_on=结案日期"
)
SUGGESTION = columns(
    "suggestion_no=建议编号 proposed_on=提出日期 proposer=提出人工号/客户 source=来源 "
    "content=内容 status=评审结果 adopted_on=采纳日期 reward_type=奖励形式 reward_amount=奖励金额 "
    "rewarded_on=奖励日期 "
)
PRODUCT = columns(
    "case_no=处理编号 received_on=受理日期 customer_id=客户编号 customer_name=客户 "
    "product_model=产品型号 batch_no=批号 qty=数量 claim_type=诉求 cause=原因 "
    "transport_mode=运输方式 assistance_given=运输协助情况 assisted_by=协助人工号 "
    "inspection_body=检验部门 inspection_no=检验报告号 inspection_result=检验结果 "
    "inspection_fee=检验费用(元) fee_bearer=费用承担方 action=处理方式 "
    "compensation_amount=赔偿金额 closed_on=结案日期"
)
VOLUME = columns(
    "volume_no=册号 record_kind=记录名称 volume_month=所属月份 held_by=保管人工号 "
    "bound_on=装订日期 page_count=页数/份数 location=存放位置 condition=保管状况 "
    "inspected_on=检查日期 inspected_by=检查人 disposed_on=销毁日期 disposal_approved_by=批准人 "
    "witnesses=监销人 hold_reason=冻结原因"
)
TRAINING = columns(
    "record_id=编号 kind=类型 received_at=日期/受理时间 customer_id=客户编号 customer_name=客户 "
    "content=内容 replied_at=答复时间 replied_by=答复人 attendees=参加人数/签到"
)
ACCOUNT = columns(
    "case_no=编号 source_type=来源类型 source_no=来源单号 responsible_dept=责任部门 "
    "employee_id=责任人工号 facts=事实描述 evidence=证据清单 loss_amount=造成损失金额 "
    "employee_statement=本人陈述 opinion=处理意见 kind=处理类型 amount=金额 decided_by=决定人 "
    "decided_on=决定日期 served_on=送达日期"
)
ATTEST = columns(
    "attestation_no=编号 clause_ref=条款号 subject_id=对象 conclusion=结论 reason=理由 "
    "evidence=证据 attested_by_1=确认人1 attested_by_2=确认人2 attested_on=日期 "
    "fail_cause=不合格原因"
)
ATTENDANCE = columns("date=日期 employee_id=工号 employee_name=姓名 status=状态 registered_by=登记人")
VERSION = columns(
    "version=版本号 approved_by=批准人 approved_on=批准日期 consulted_on=民主程序日期 "
    "published_on=公示日期 publish_method=公示方式 effective_from=生效日期 references=引用文件"
)
RECEIPT = columns("employee_id=工号 employee_name=姓名 version=版本号 received_on=签收日期 method=方式")
REGION = columns("region=片区 opened_on=设立日期 closed_on=撤销日期 cities=覆盖地市 owner_id=片区负责人")
CALENDAR = columns("date=日期 day_type=类型 name=名称")
