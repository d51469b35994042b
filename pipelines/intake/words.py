"""What systems call events, stages, and states of deals and campaigns, and which of ours it is."""

import re
from collections.abc import Mapping

from leads.campaigns import CampaignKind, CampaignState
from leads.events import EventKind
from leads.lifecycle import Stage
from leads.opportunity import OpportunityState

_BETWEEN = re.compile(r"[\W_]+")


def key_of(text: str) -> str:
    """A word without case, signs and spaces: "E-Mail opened" and email_opened are one."""
    return _BETWEEN.sub("", text.casefold())


def _table(words: Mapping[str, str]) -> dict[str, str]:
    """Each of ours by its own name and by the others."""
    own = {key_of(ours): ours for ours in words}
    return own | {key_of(word): ours for ours, names in words.items() for word in names.split(",")}


_EVENTS = _table(
    {
        EventKind.EMAIL_OPENED: "open,opened,email open,mail opened,邮件打开,打开邮件",
        EventKind.EMAIL_CLICKED: "click,clicked,email click,link clicked,邮件点击,点击邮件,"
        "点击链接",
        EventKind.EMAIL_REPLIED: "reply,replied,email reply,answered email,邮件回复,回复邮件",
        EventKind.EMAIL_UNSUBSCRIBED: "unsubscribe,unsubscribed,opt out,opted out,退订,取消订阅",
        EventKind.PAGE_VISITED: "visit,page view,pageview,page viewed,web visit,page,浏览,网页浏览,"
        "页面访问,访问网站",
        EventKind.PRICING_VISITED: "pricing page,pricing viewed,viewed pricing,价格页,查看价格",
        EventKind.CONTENT_DOWNLOADED: "download,downloaded,content download,whitepaper,white paper,"
        "下载,资料下载,下载资料",
        EventKind.VIDEO_WATCHED: "video,video played,watched video,观看视频,视频观看",
        EventKind.WEBINAR_ATTENDED: "webinar,attended webinar,参加直播,参加网络研讨会,直播",
        EventKind.EVENT_ATTENDED: "attended,attended event,event,seminar,conference,checked in,"
        "check in,参会,到场,签到,参加活动",
        EventKind.REGISTERED: "register,registration,signed up,sign up,event registration,报名,"
        "注册",
        EventKind.FORM_SUBMITTED: "form,form submit,form submission,submitted form,表单,提交表单,"
        "表单提交",
        EventKind.DEMO_REQUESTED: "demo,demo request,requested demo,申请演示,演示申请,预约演示",
        EventKind.TRIAL_STARTED: "trial,free trial,started trial,试用,申请试用",
        EventKind.FEEDBACK_GIVEN: "feedback,survey,survey answered,反馈,问卷",
        EventKind.CALL_ANSWERED: "call,phone call,outbound call,inbound call,通话,电话",
        EventKind.MEETING_HELD: "meeting,appointment,拜访,会议,面谈",
        EventKind.CHAT_STARTED: "chat,live chat,聊天,在线咨询",
    }
)
_STAGES = _table(
    {
        Stage.NEW: "lead,raw,open,open not contacted,untouched,subscriber,created,新建,新线索,"
        "未处理",
        Stage.ENGAGED: "working,working contacted,contacted,attempted to contact,nurture,nurturing,"
        "in progress,connected,跟进中,已联系,培育中",
        Stage.MQL: "marketing qualified,marketing qualified lead,市场合格,市场认可线索,市场确认",
        Stage.SAL: "sales accepted,sales accepted lead,accepted,销售接受,销售认可,已接受",
        Stage.SQL: "sales qualified,sales qualified lead,qualified,closed converted,converted,"
        "销售合格,合格,已转化",
        Stage.OPPORTUNITY: "opportunity created,deal,proposition,商机,转商机",
        Stage.CUSTOMER: "won,closed won,client,evangelist,成交,客户,已成交",
        Stage.RECYCLED: "recycle,returned,returned to marketing,back to nurture,退回,退回市场,回收",
        Stage.DISQUALIFIED: "unqualified,closed not converted,not converted,junk,bad fit,lost,dead,"
        "cancelled,无效,不合格,丢弃",
    }
)
_DEALS = _table(
    {
        OpportunityState.OPEN: "new,qualified,proposal,negotiation,in progress,prospecting,"
        "qualification,needs analysis,value proposition,id decision makers,perception analysis,"
        "proposal price quote,negotiation review,proposition,appointment scheduled,"
        "qualified to buy,presentation scheduled,decision maker bought in,contract sent,false,no,"
        "进行中,谈判,报价,初步接洽,需求确认,方案报价,商务谈判",
        OpportunityState.WON: "closed won,win,true,yes,signed,赢单,成交,已成交,已赢单",
        OpportunityState.LOST: "closed lost,cancelled,canceled,out sold,输单,丢单,已输单,失败",
    }
)
_CAMPAIGNS = _table(
    {
        CampaignKind.SEO: "search engine optimization,organic,organic search,自然搜索,搜索优化",
        CampaignKind.SEM: "paid search,ppc,google ads,search ads,cpc,advertisement,百度推广,竞价,"
        "搜索广告,付费搜索",
        CampaignKind.CONTENT: "content marketing,whitepaper,white paper,blog,ebook,内容营销,内容",
        CampaignKind.EMAIL: "e mail,newsletter,email marketing,mailing,edm,邮件,邮件营销",
        CampaignKind.SOCIAL: "social media,linkedin,facebook,wechat,社交媒体,微信,社媒",
        CampaignKind.REFERRAL: "referral program,partners,partner,word of mouth,推荐,转介绍",
        CampaignKind.WEBINAR: "webinars,web seminar,online seminar,直播,网络研讨会,线上研讨会",
        CampaignKind.SPONSORSHIP: "sponsoring,public relations,赞助",
        CampaignKind.TRADE_FAIR: "trade show,tradeshow,fair,exhibition,trade fair,展会,行业展会",
        CampaignKind.SEMINAR: "seminar conference,workshop,roadshow,研讨会,沙龙,线下研讨会",
        CampaignKind.USER_CONFERENCE: "conference,user conference,summit,event,用户大会,年度大会,"
        "会议",
        CampaignKind.TELEPHONE: "telemarketing,phone,cold call,calls,电话营销,电销",
        CampaignKind.OTHER: "others,其他",
    }
)
_STATES = _table(
    {
        CampaignState.PLANNED: "draft,scheduled,not started,计划,计划中,未开始",
        CampaignState.OPEN: "in progress,active,running,live,started,进行中,已开始",
        CampaignState.CLOSED: "completed,complete,done,aborted,finished,ended,inactive,已结束,完成,"
        "已完成",
    }
)
_GOALS = {"leads": "leads", "线索": "leads", "opportunities": "opportunities"} | {
    "商机": "opportunities",
    "revenue": "revenue",
    "收入": "revenue",
    "销售额": "revenue",
}


def event_kind(text: str) -> EventKind | None:
    """The kind of event a word means."""
    found = _EVENTS.get(key_of(text))
    return EventKind(found) if found else None


def stage(text: str) -> Stage | None:
    """The stage a word means."""
    found = _STAGES.get(key_of(text))
    return Stage(found) if found else None


def deal_state(text: str) -> OpportunityState | None:
    """Whether a word says open, won or lost."""
    found = _DEALS.get(key_of(text))
    return OpportunityState(found) if found else None


def campaign_kind(text: str) -> CampaignKind | None:
    """The kind of campaign a word means."""
    found = _CAMPAIGNS.get(key_of(text))
    return CampaignKind(found) if found else None


def campaign_state(text: str) -> CampaignState | None:
    """Whether a word says planned, open or closed."""
    found = _STATES.get(key_of(text))
    return CampaignState(found) if found else None


def goal(text: str) -> str | None:
    """What a campaign is to bring."""
    return _GOALS.get(key_of(text))
