"""What others call kinds of campaigns, in both languages."""

import re

from leads.campaigns import CampaignKind

_WORDS = {
    CampaignKind.SEO: "organic search|organic|搜索引擎优化|自然搜索",
    CampaignKind.SEM: "paid search|search ads|ads|advertisement|banner ads|ppc|google ads"
    "|搜索引擎营销|竞价|广告|百度推广",
    CampaignKind.CONTENT: "white paper|whitepaper|content marketing|download|blog|内容|内容营销"
    "|白皮书",
    CampaignKind.EMAIL: "e mail|newsletter|direct mail|email marketing|邮件|电子邮件|邮件营销",
    CampaignKind.SOCIAL: "social media|linkedin|wechat|微信|社交媒体|社交",
    CampaignKind.REFERRAL: "referral program|partner|partners|推荐|转介绍|合作伙伴",
    CampaignKind.WEBINAR: "online seminar|online event|线上研讨会|网络研讨会|直播",
    CampaignKind.SPONSORSHIP: "sponsoring|赞助",
    CampaignKind.TRADE_FAIR: "trade show|trade fair|fair|exhibition|expo|展会|展览",
    CampaignKind.SEMINAR: "workshop|roadshow|event|研讨会|沙龙|活动",
    CampaignKind.USER_CONFERENCE: "conference|user conference|seminar conference|customer day"
    "|用户大会|年会|大会",
    CampaignKind.TELEPHONE: "telemarketing|phone|call|calling|电话|电话营销|电销",
    CampaignKind.OTHER: "其他",
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words.split("|")} | {
    kind.replace("_", " "): kind for kind in CampaignKind
}


def kind_of(text: str) -> CampaignKind | None:
    """The kind a source means, None when it is none we know.

    >>> kind_of("Trade Show"), kind_of("研讨会")
    (<CampaignKind.TRADE_FAIR: 'trade_fair'>, <CampaignKind.SEMINAR: 'seminar'>)
    """
    return _KIND_OF.get(re.sub(r"[\W_]+", " ", text).strip().casefold())
