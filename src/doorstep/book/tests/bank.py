"""Synthetic bank statements of Bluebay's account: every name, number and amount is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OPENING = 100_000
ACCOUNT = "DE02120300000000202051"


@dataclass(frozen=True)
class Line:
    """An entry as a bank would print it; amounts in minor units, below zero is money out."""

    amount: int
    key: str = ""
    reference: str = ""
    text: str = ""
    payer: str = ""
    payer_account: str = ""
    on: str = "2026-11-20"
    back: bool = False
    ours: str = ""


def yuan(minor: int) -> str:
    return f"{abs(minor) // 100}.{abs(minor) % 100:02}"


def camt(
    lines: Sequence[Line],
    *,
    version: str = "08",
    currency: str = "CNY",
    opening: int = OPENING,
    closing: int | None = None,
    number: str = "1",
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> str:
    """camt.053 of a version, its sums right unless `closing` says otherwise."""
    end = opening + sum(x.amount for x in lines) if closing is None else closing
    entries = "\n".join(_ntry(x, version, currency) for x in lines)
    return (
        f"{head}\n"
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">\n'
        "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt>\n"
        f"<Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>\n"
        f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>{currency}</Ccy></Acct>\n"
        f"{_bal('OPBD', opening, currency)}\n{_bal('CLBD', end, currency)}\n"
        f"{entries}\n</Stmt></BkToCstmrStmt></Document>\n"
    )


def _bal(code: str, amount: int, currency: str) -> str:
    mark = "CRDT" if amount >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{yuan(amount)}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'
        "<Dt><Dt>2026-11-20</Dt></Dt></Bal>"
    )


def _ntry(x: Line, version: str, currency: str) -> str:
    new = int(version) >= 8
    name = f"<Nm>{x.payer}</Nm>"
    party = f"<Pty>{name}</Pty>" if new else name
    who, ours = ("Dbtr", "Cdtr") if x.amount > 0 else ("Cdtr", "Dbtr")
    parties = f"<{who}>{party}</{who}>" if x.payer else ""
    for role, number in ((who, x.payer_account), (ours, x.ours)):
        if number:
            parties += f"<{role}Acct><Id><Othr><Id>{number}</Id></Othr></Id></{role}Acct>"
    status = "<Sts><Cd>BOOK</Cd></Sts>" if new else "<Sts>BOOK</Sts>"
    end = f"<EndToEndId>{x.reference or 'NOTPROVIDED'}</EndToEndId>"
    return (
        f'<Ntry><Amt Ccy="{currency}">{yuan(x.amount)}</Amt>'
        f"<CdtDbtInd>{'CRDT' if x.amount > 0 else 'DBIT'}</CdtDbtInd>"
        + ("<RvslInd>true</RvslInd>" if x.back else "")
        + f"{status}<BookgDt><Dt>{x.on}</Dt></BookgDt><ValDt><Dt>{x.on}</Dt></ValDt>"
        + (f"<AcctSvcrRef>{x.key}</AcctSvcrRef>" if x.key else "")
        + f"<NtryDtls><TxDtls><Refs>{end}</Refs>"
        + (f"<RltdPties>{parties}</RltdPties>" if parties else "")
        + (f"<RmtInf><Ustrd>{x.text}</Ustrd></RmtInf>" if x.text else "")
        + "</TxDtls></NtryDtls></Ntry>"
    )


def mt940(
    lines: Sequence[Line],
    *,
    currency: str = "CNY",
    opening: int = OPENING,
    closing: int | None = None,
    number: str = "00001/001",
) -> str:
    """One MT940 statement with structured details, its sums right unless `closing` says else."""
    end = opening + sum(x.amount for x in lines) if closing is None else closing
    parts = [
        f":20:STMT{number[:5]}",
        f":25:10020030/1234567{currency}",
        f":28C:{number}",
        f":60F:{'C' if opening >= 0 else 'D'}261119{currency}{_comma(opening)}",
    ]
    for x in lines:
        day = x.on.replace("-", "")[2:]
        mark = ("R" if x.back else "") + ("C" if (x.amount > 0) != x.back else "D")
        reference = x.reference or "NONREF"
        key = f"//{x.key}" if x.key else ""
        parts.append(f":61:{day}{day[2:]}{mark}{_comma(x.amount)}NTRF{reference}{key}")
        parts.append(
            f":86:166?00SEPA?20EREF+{reference}?21SVWZ+{x.text or '-'}?31{x.payer_account}"
            f"?32{x.payer}"
        )
    parts += [f":62F:{'C' if end >= 0 else 'D'}261120{currency}{_comma(end)}", "-", ""]
    return "\r\n".join(parts)


def _comma(minor: int) -> str:
    return yuan(minor).replace(".", ",")


def alipay(lines: Sequence[Line], *, totals: Sequence[Line] | None = None) -> bytes:
    """Alipay's 账务明细 as it is downloaded: GBK, tabs after ids, totals below."""
    counted = lines if totals is None else totals
    came = [x.amount for x in counted if x.amount > 0]
    went = [x.amount for x in counted if x.amount < 0]
    rows = [
        "#支付宝账务明细查询",
        "#账号：[2088000000000001]",
        "#起始日期：[2026年11月20日 00:00:00]   终止日期：[2026年11月21日 00:00:00]",
        "#------------------------账务明细列表------------------------",
        "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
        "账户余额（元）,交易渠道,业务类型,备注",
    ]
    for x in lines:
        payer = f"{x.payer}({x.payer_account})" if x.payer else x.payer_account
        came_, went_ = (yuan(x.amount), "") if x.amount > 0 else ("", f"-{yuan(x.amount)}")
        kind = "退款" if x.back else "在线支付" if x.amount > 0 else "收费"
        rows.append(
            f"{x.key}\t,B{x.key}\t,{x.reference}\t,还款\t,{x.on} 10:20:30,{payer}\t,"
            f"{came_},{went_},"
            f"9.99,支付宝,{kind}\t,{x.text}\t"
        )
    rows += [
        "#-----------------------------------------账务明细列表结束------------------------------",
        f"#支出合计：{len(went)}笔，共{'-' if went else ''}{yuan(sum(went))}元",
        f"#收入合计：{len(came)}笔，共{yuan(sum(came))}元",
        "#导出时间：[2026年11月21日 09:00:00]",
    ]
    return ("\r\n".join(rows) + "\r\n").encode("gb18030")


_WECHAT = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)


def wechat(
    lines: Sequence[Line], *, bom: bool = True, totals: Sequence[Line] | None = None
) -> bytes:
    """WeChat Pay's 交易账单 (ALL): backticks before every cell, totals at the end."""
    counted = lines if totals is None else totals
    came = sum(x.amount for x in counted if x.amount > 0)
    went = -sum(x.amount for x in counted if x.amount < 0)
    rows = [_WECHAT]
    for x in lines:
        paid = x.amount > 0
        order = x.key if paid else f"4200{x.reference}"
        cells = [
            f"{x.on} 10:20:30", "wx0000000000000001", "1900000001", "0", "", order,
            x.reference, x.payer_account, "JSAPI", "SUCCESS" if paid else "REFUND", "OTHERS",
            "CNY", yuan(x.amount) if paid else "0.00", "0.00", "0" if paid else x.key,
            "0" if paid else f"R{x.key}", "0.00" if paid else yuan(x.amount), "0.00",
            "" if paid else "ORIGINAL", "" if paid else "SUCCESS", "还款", x.text, "0.00000",
            "0.60%", yuan(x.amount) if paid else "0.00", "0.00", "",
        ]  # fmt: skip
        rows.append(",".join(f"`{c}" for c in cells))
    rows.append(
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    )
    rows.append(
        f"`{len(counted)},`{yuan(came)},`{yuan(went)},`0.00,`0.00000,`{yuan(came)},`{yuan(went)}"
    )
    return ("\ufeff" if bom else "").encode() + ("\r\n".join(rows) + "\r\n").encode()


WECHAT_MAP = 'statement = "csv"\nready = "wechat"\naccount = "1900000001"\n'


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
