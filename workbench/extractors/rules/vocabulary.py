"""The closed vocabulary of the rules: what any reader of Chinese administrative prose knows.

Nothing here was taken from annotated reports. Words come from four places: the 34 divisions of province level; the
offices and bodies of the Chinese state, the CPPCC and the eight parties; the classifiers of Chinese grammar; and the
terms of the national poverty registry. Longer terms are composed from two-character words, as the language does.
"""

from __future__ import annotations

from collections.abc import Iterable


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of these words, the longest that matches."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


PROVINCES = _words(
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 "
    "海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
)
"""Short names of the divisions of province level."""

PLACE_LEVELS = {
    "省": "province",
    "自治区": "province",
    "市": "",
    "自治州": "prefecture",
    "州": "prefecture",
    "盟": "prefecture",
    "自治县": "county",
    "县": "county",
    "旗": "county",
    "区": "county",
    "管理区": "zone",
    "开发区": "zone",
    "林场": "township_equivalent",
    "农场": "township_equivalent",
    "牧场": "township_equivalent",
    "街道": "township",
    "镇": "township",
    "乡": "township",
    "村": "village",
    "社区": "village",
}
"""Endings of place names and the level each tells; 市 may be a municipality, a prefecture or a county."""

PLACE_RANKS = {
    "province": 1,
    "prefecture": 2,
    "": 2,
    "county": 3,
    "zone": 3,
    "township": 4,
    "township_equivalent": 4,
    "village": 5,
}
"""Order of the levels in an address, from the widest."""

NOT_PLACE_NAMES = _words(
    "支 联 挂 全 各 该 本 我 贵 某 每 此 这 那 外 原 新 老 大 小 城 农 乡 山 穷 贫困 扶贫 脱贫 重点 帮扶 联系 "
    "示范 定点 深度 挂联 建档 立卡 文明 美丽 幸福 小康 先进 旅游 特色 产业 工业 高新 经济 自然 行政 中心 "
    "当地 所在 附近 边远 偏远 民族 少数 整个 居民 生活 空心 明星 试点 样板 国家 级 出 出列 退出 试验 "
    "农业 生态 科技 景 郊 地 社 市 县 省 州 区 镇 乡 村 驻 进 入 下 离 回 到 在 两 三 几 数 多 个 一"
)
"""Words before 村, 县, 区 … that make a common noun or a phrase, never a name."""

PARTIES = _words("民革 民盟 民建 民进 农工党 致公党 九三学社 台盟")
"""The eight democratic parties."""

STATE_BODIES = _words(
    "政协 人大 人民政府 政府 纪委 监委 党委 党校 团委 妇联 总工会 工会 残联 工商联 科协 文联 侨联 "
    "红十字会 法院 检察院 统战部 组织部 宣传部 政法委 教育局 民政局 财政局 农业局 农业农村局 水利局 "
    "林业局 扶贫办 扶贫局 乡村振兴局 卫健委 发改委 发改局 人社局 交通局 住建局 文旅局 卫生局 办公厅"
)
"""Bodies that stand after the name or the level of a place."""

SUB_BODIES = _words("党组 办公室 机关 常委会 专门委员会 各专门委员会 专委会 委员会 工作队 工作组 领导小组 调研组")
"""Bodies inside another body."""

ORGANISATION_HEADS = _words(
    "有限责任公司 股份有限公司 有限公司 公司 集团 合作社 合作联社 联合社 大学 学院 中学 小学 幼儿园 学校 "
    "医院 卫生院 协会 商会 学会 联合会 联谊会 促进会 基金会 研究所 研究院 科学院 研究中心 银行 信用社 "
    "电视台 电台 报社 工作队 服务队 党支部"
)
"""Last words of organisation names."""

MEDIA_ENDINGS = _words("日报 晚报 时报 晨报 周报 周刊 杂志")
"""Endings of titles that are newspapers and magazines, not documents."""

CAMPAIGN_HEADS = _words("活动 行动 计划 工程 回访 走访 调研 排查")
"""Nouns that close the name of a campaign, also after 大."""

TITLES = _words(
    "第一书记 副书记 书记 副主席 主席 副秘书长 秘书长 副主任 主任 主任委员 副主委 主委 副部长 "
    "部长 省长 副省长 市长 副市长 县长 副县长 区长 副区长 州长 副州长 镇长 副镇长 乡长 副乡长 村长 局长 "
    "副局长 厅长 副厅长 处长 副处长 科长 副科长 院长 副院长 校长 副校长 会长 副会长 理事长 副理事长 "
    "董事长 副董事长 总经理 副总经理 经理 总裁 组长 副组长 队长 副队长 站长 所长 厂长 社长 支书 村支书 "
    "总书记 常委 委员 代表 理事 教授"
)
"""Offices and posts; longer ones are preferred where they match."""

MEMBERSHIPS = _words("常委 委员 代表 理事")
"""Titles that are more often a group of people than one person's post: a name must follow."""

QUANTIFIERS = _words("广大 各级 全体 部分 少数 个别 多数")
"""Words before a group that a dictionary may join to it and that stay outside."""

HONORIFICS = _words("先生 女士 同志")
"""Forms of address after a name."""

PEOPLE_MODIFIERS = _words(
    "贫困 困难 特困 低保 建卡 建档 立卡 残疾 留守 农村 基层 一线 驻村 驻乡 机关 政协 民营 爱心 各界 社会 "
    "青年 致富 在校 技术 专业 养殖 种植 失学 辍学 返乡 外出 务工 主席 会议 企业 "
    "工商 民主 党派 医务 志愿 科技 大病 慢病 孤寡 智力 精神 重度 中小 优秀 骨干"
)
"""Words that classify people: the registry's poverty categories, sectors, trades, health."""

PEOPLE_DEEDS = _words("帮扶 扶贫 脱贫 联系 结对 工作")
"""Verbs that classify people only directly before one of a few heads: 帮扶干部, but 帮扶 | 贫困户."""

PEOPLE_HEADS = _words(
    "群众 村民 居民 农户 农民 农牧民 牧民 学生 中学生 小学生 大学生 老师 教师 党员 干部 职工 委员 会员 "
    "专家 人士 患者 病人 儿童 老人 妇女 残疾人 企业家 企业主 志愿者 医生 劳动力 五保户 低保户 贫困生 "
    "贫困户"
)
"""Nouns for people as a class."""

PEOPLE_HEADS_MODIFIED = _words("户 人口 人员 家庭 对象 成员 代表 青年")
"""Nouns that mean a class of people only after a classifying word: 贫困户, 技术人员."""

NAMED_AFTER = _words("委员 贫困户 村民 农户 农民 学生 老师 教师 会员 企业家 残疾人 党员 职工 患者 干部 医生 专家")
"""Nouns that a person's name may follow directly: 村民张三."""

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦"
    "昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚"
    "邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱"
    "骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於"
    "惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景"
    "詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍"
    "璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文"
    "寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖"
    "益桓公苟辜佘佟付肖岳闫覃甯亓仝"
)
"""Surnames of one character, after the Book of the Hundred Surnames, with a few modern ones."""

COMPOUND_SURNAMES = _words(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 夏侯 轩辕 端木 南宫 独孤 闻人 申屠 "
    "淳于 澹台 公冶 太史"
)
"""Surnames of two characters."""

CLASSIFIERS = _words(
    "平方公里 平方米 立方米 千瓦时 千瓦 公里 千米 厘米 毫米 公顷 公斤 千克 课时 学时 人次 户次 场次 件次 "
    "批次 车次 个百分点 百分点 人 户 名 位 个 家 次 场 项 件 篇 份 本 册 套 台 辆 架 座 栋 幢 间 处 所 "
    "条 支 批 期 种 类 株 棵 头 只 匹 羽 尾 箱 袋 包 桶 瓶 盒 床 双 张 块 片 根 枚 幅 门 堂 节 轮 口 "
    "亩 吨 斤 克 米 升 倍 层 部 顶 把 户家"
)
"""Classifiers and units that make a number a quantity."""

CLASSIFIER_TRAPS = {
    "人": "员均大民口才士类力情事工",
    "户": "籍口外主",
    "名": "义单额字称下",
    "位": "置于居",
    "个": "人体别性一",
    "家": "庭长属里乡人",
    "次": "会全",
    "场": "所面景地合",
    "项": "目",
    "件": "事",
    "份": "额子",
    "本": "地次人职土届",
    "台": "账帐湾风",
    "座": "谈",
    "间": "接隔断",
    "处": "理长级置",
    "所": "有在以需谓",
    "条": "件例",
    "支": "持部出付柱农教援",
    "批": "示发准评",
    "期": "间望待刊",
    "种": "植养子苗",
    "类": "似",
    "头": "雁",
    "只": "有要能是占",
    "张": "罗",
    "块": "钱",
    "片": "区",
    "根": "据本",
    "门": "口户店",
    "节": "约日点",
    "轮": "流换",
    "口": "头号",
    "层": "面次级",
    "部": "分门署长队委",
    "包": "括",
    "双": "方",
    "米": "线",
    "升": "级学",
    "把": "关握",
    "克": "服",
    "斤": "斤",
}
"""Characters after a classifier that show it to be the first part of another word."""

ABSTRACT_NOUNS = _words(
    "方面 层面 方向 阶段 环节 步骤 重点 关键 要点 原则 意见 建议 措施 要求 经验 任务 到位 结合 难点 特点 亮点"
)
"""What numbers only enumerate: ten aspects are not a quantity."""

ACTS = _words(
    "成立 组建 建立 开办 创办 带领 组织 联系 帮扶 引进 通过 成为 联合 指导 协调 利用 支持 参加 参与 推动 结合 "
    "积极 对口 定点 当地 多家 各"
)
"""Words that a dictionary may call nouns but that never begin the name of a body."""

WORK_NOUNS = _words("扶贫 服务 养殖 种植 驻村 帮扶")
"""Verbs that stand as nouns inside the name of a team or a co-operative."""

COUNTRY_WORDS = _words("中国 中华 全国 全省 全市 全县 国家 中央 地方 世界 农村 当地")
"""Words that a dictionary calls places and that name none in these reports."""
