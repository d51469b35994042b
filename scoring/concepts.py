"""Which well-known thing a column is about, so that reasons can speak of it naturally.

`numEmployees`, `员工人数` and `company_size` are all employees. Matching is by the whole name
after taking off a time window and punctuation; a column that matches nothing gets the general
sentences, which read well for any header.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

EMPLOYEES = "employees"

SYNONYMS: dict[str, str] = {
    EMPLOYEES: (
        "employees employeecount headcount companysize companyheadcount companyemployees "
        "numberofemployees noofemployees 员工人数 员工数 人数 公司人数 公司规模 企业规模 "
        "人员规模"
    ),
    "revenue": (
        "annualrevenue companyrevenue turnover annualturnover 年营收 营收 年收入 年销售额 营业额"
    ),
    "industry": "industry sector companyindustry vertical industryname 行业 所属行业 所在行业",
    "country": "country countryname countrycode companycountry nation 国家 国家地区",
    "region": "region state province territory area stateprovince 地区 区域 省份 省 所在地区",
    "city": "city town 城市 所在城市",
    "source": "source leadsource originalsource leadorigin 来源 线索来源 客户来源",
    "channel": "channel medium leadchannel marketingchannel utmmedium 渠道 营销渠道 获客渠道",
    "campaign": (
        "campaign campaignname campaignid utmcampaign campaignkind campaigntype 活动 "
        "营销活动 市场活动 活动名称"
    ),
    "job_title": "jobtitle title position role 职位 职务 岗位 职称",
    "seniority": "seniority senioritylevel joblevel 职级 级别 职位级别",
    "department": "department jobfunction function 部门 所在部门",
    "job": "job occupation profession 职业 工作",
    "age": "age customerage 年龄",
    "product": (
        "product productinterest productofinterest interestedproduct productline 产品 "
        "意向产品 感兴趣产品 产品线"
    ),
    "email_opens": (
        "emailopens emailsopened emailopened opens openedemails emailopencount 邮件打开次数 "
        "邮件打开数 打开邮件次数 邮件打开"
    ),
    "email_clicks": (
        "emailclicks emailsclicked emailclicked clicks emailclickcount linkclicks "
        "邮件点击次数 邮件点击数 点击邮件次数 邮件点击"
    ),
    "emails_sent": (
        "emailssent emailsent emailsdelivered emailsreceived 邮件发送数 发送邮件数 发送邮件次数"
    ),
    "page_visits": (
        "pagevisits pageviews pagesviewed webvisits websitevisits sitevisits visits "
        "totalvisits webpageviews pagesvisited pagevisited 页面访问次数 网站访问次数 "
        "访问次数 浏览次数 访问量"
    ),
    "pricing_visits": (
        "pricingvisits pricingpagevisits pricingviews pricingpageviews pricingvisited "
        "pricevisits 价格页访问次数 价格页访问 报价页访问次数 定价页访问次数"
    ),
    "downloads": (
        "downloads contentdownloads contentdownloaded contentsdownloaded whitepapers "
        "whitepaperdownloads 下载次数 资料下载次数 内容下载次数 白皮书下载次数"
    ),
    "webinars": (
        "webinars webinarsattended webinarattended webinarattendance eventsattended "
        "网络研讨会次数 参加研讨会次数 研讨会参加次数 直播参会次数"
    ),
    "demo_requests": (
        "demorequests demosrequested demorequested requesteddemo demorequest 演示申请次数 "
        "申请演示次数 试用申请次数 申请演示"
    ),
    "forms": (
        "forms formssubmitted formsubmitted formsubmissions formsubmits formfills formssent "
        "表单提交次数 提交表单次数 表单次数"
    ),
    "active_days": "activedays daysactive 活跃天数",
    "created": (
        "createdat createdon created createddate createdate creationdate entrydate "
        "创建时间 创建日期 录入时间 录入日期"
    ),
    "handed_over": "handedoverat handedover handoverat handoverdate 移交时间 移交日期 转交时间",
    "days_since_visit": "dayssincelastvisit dayssincevisit 距上次访问天数 最近访问距今天数",
    "nurture_days": "nurturedays nurturingdays daysnurtured 培育天数",
    "mail_consent": "mailconsent emailconsent emailoptin optin newsletterconsent 同意接收邮件",
    "email_type": "emailtype mailtype emailkind 邮箱类型",
    "calls": "calls callcount phonecalls 通话次数 电话次数",
    "days_since_activity": (
        "dayssincelastactivity dayssinceactivity dayssincelastengagement dayssincelastevent "
        "dayssinceengagement dayssincelasttouch dayssincelastseen "
        "距上次活动天数 距最近活动天数 最近活动距今天数 未活跃天数"
    ),
    "days_since_created": (
        "dayssincecreated dayssincecreation leadage leadagedays ageofleaddays daysincrm "
        "创建天数 线索天数 线索创建天数"
    ),
    "email_replies": "emailreplies emailsreplied emailsanswered replies 邮件回复次数 回复邮件次数",
    "unsubscribes": "unsubscribes emailunsubscribes unsubscribed 退订次数 退订邮件次数",
    "videos": "videos videoswatched videoviews 观看视频次数 视频观看次数",
    "events_visited": "eventsvisited 参加活动次数 活动参加次数",
    "registrations": "registrations eventregistrations 报名次数",
    "invitations": "invitations invitationsreceived 邀请次数 收到邀请次数",
    "trials": "trials trialsstarted freetrials 试用次数 开始试用次数",
    "feedback_given": "feedbackgiven 反馈次数 提交反馈次数",
    "meetings": "meetings meetingsheld meetingcount 会面次数 拜访次数",
    "chats": "chats chatsstarted livechats 在线咨询次数",
    "fresh_page_visits": "freshpagevisits",
    "fresh_pricing_visits": "freshpricingvisits",
    "fresh_web_acts": "freshwebacts",
    "fresh_downloads": "freshdownloads",
    "fresh_email_opens": "freshemailopens",
    "fresh_email_clicks": "freshemailclicks",
    "lasting_page_visits": "lastingpagevisits",
    "lasting_pricing_visits": "lastingpricingvisits",
    "lasting_web_acts": "lastingwebacts",
    "lasting_downloads": "lastingdownloads",
    "lasting_email_opens": "lastingemailopens",
    "lasting_email_clicks": "lastingemailclicks",
    "days_since_pricing_visit": (
        "dayssincelastpricingvisit dayssincepricingvisit 距上次访问价格页天数"
    ),
    "days_since_response": "dayssincelastresponse dayssincelastemailresponse 距上次回应邮件天数",
    "days_since_first_activity": "dayssincefirstactivity 距首次活动天数",
    "website_trend": "websitetrend",
    "kinds_of_acts": "kindsofacts",
    "email_open_percent": "emailopenpercent",
    "email_click_percent": "emailclickpercent",
    "emails_since_response": "emailssinceresponse",
    "seconds_on_pages": "secondsonpages",
    "last_rating": "lastrating",
    "campaign_kinds": "campaignkinds",
    "first_campaign_kind": "firstcampaignkind",
    "last_campaign_kind": "lastcampaignkind",
    "colleagues_active": "colleaguesactive",
    "colleague_activity": "colleagueactivity",
    "colleague_pricing_visits": "colleaguepricingvisits",
}
"""The concepts, and the names they go by, written without spaces and in small letters."""

_CONCEPTS = {name: concept for concept, names in SYNONYMS.items() for name in names.split()}

_UNITS = {"h": "hours", "d": "days", "w": "weeks", "m": "months", "y": "years"} | {
    "小时": "hours",
    "天": "days",
    "日": "days",
    "周": "weeks",
    "个月": "months",
    "月": "months",
    "年": "years",
}
# a run of blanks is tried from its beginning only: from each of its places, as many as there are,
# a stranger's long header would take minutes
_WINDOW = re.compile(
    r"(?<![\s_.\-(])[\s_.\-(]+(?:in[\s_]+)?(?:the[\s_]+)?(?:last[\s_]*|past[\s_]*|l)?(\d{1,4})[\s_]*"
    r"(h|d|w|m|y)(?:ours?|rs?|ays?|eeks?|o(?:nths?)?|ears?)?\)?$"
    r"|(?<![\s_(（])[\s_(（]*(?:最近|近|过去)(\d{1,4})(小时|天|日|周|个月|月|年)(?:内)?[)）]?$"
    r"|^(?:最近|近|过去)(\d{1,4})(小时|天|日|周|个月|月|年)(?:内)?[\s_]*",
    re.IGNORECASE,
)
_COUNT_WORDS = re.compile(
    r"^(n|num|nr|no|count|total|number)[\s_.]+(of[\s_]+)?|[\s_.]+(count|total)$"
)
_GROUP = re.compile(r"^(lead|company|contact|account|engagement|person|firm)\s+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


_LONGEST_REMEMBERED = 200
_MOST_REMEMBERED, _LETTERS_REMEMBERED = 200, 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A length of time a count looks back: 30 days."""

    length: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnName:
    """A column's name taken apart.

    words     the name without the window, in plain words
    concept   the well-known thing it is about, None when there is none
    window    how far back it counts, None when the name does not say
    """

    words: str
    concept: str | None
    window: Window | None


def read_column(name: str) -> ColumnName:
    """What a column's name says.

    >>> read_column("pricing_visits_30d").window
    Window(length=30, unit='days')
    >>> read_column("cons.price.idx").words
    'cons price idx'
    """
    # strangers' headers are remembered too, and may be as long as a request
    return _remembered(name) if len(name) <= _LONGEST_REMEMBERED else _taken_apart(name)


def is_worth_remembering(headers: Sequence[str]) -> bool:
    """Whether the headers of a lead or a table are few and short enough to be kept in memory."""
    return len(headers) <= _MOST_REMEMBERED and sum(map(len, headers)) <= _LETTERS_REMEMBERED


def _taken_apart(name: str) -> ColumnName:
    window = None
    rest = _CAMEL.sub(" ", name.strip())
    if match := _WINDOW.search(rest):
        cut = (rest[: match.start()] + rest[match.end() :]).strip()
        if cut:
            length, unit = [group for group in match.groups() if group]
            rest, window = cut, Window(length=int(length), unit=_UNITS[unit.lower()])
    words = " ".join(re.split(r"[\s_.]+", rest.strip("_. "))) or rest
    return ColumnName(words=words, concept=_concept(words), window=window)


_remembered = lru_cache(maxsize=4096)(_taken_apart)


def concept_of(name: str) -> str | None:
    """The concept of a column's name, None when it is none we know."""
    return read_column(name).concept


def _concept(words: str) -> str | None:
    plain = words.casefold()
    bare = _GROUP.sub("", plain)
    for candidate in (plain, _COUNT_WORDS.sub("", plain), bare, _COUNT_WORDS.sub("", bare)):
        squeezed = re.sub(r"[\W_]+", "", candidate)
        if found := _CONCEPTS.get(squeezed):
            return found
    return None
