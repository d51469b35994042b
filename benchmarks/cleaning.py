"""How long `clean` takes for one record: all fields given, people new, companies met before.

python -m benchmarks.cleaning [rows]         # simulated rows; aim <= 250 microseconds each
"""

import resource
import sys
import time

from cleansing.clean import clean

COMPANIES = 500
WARM_UP = 1000  # rows that load the libraries and fill the caches


def row(number: int) -> dict[str, str]:
    company = number % COMPANIES
    if number % 4:
        return {
            "full_name": f"Dr. ANN Smith{number}",
            "email": f"Ann.Smith{number}@Company{company}.example",
            "phone": f"030 9{number:06d} ext. 12",
            "mobile": f"+49 171 2{number:06d}",
            "job_title": ("VP Sales", "Head of IT", "Purchasing Manager")[number % 3],
            "company": f"Company {company} GmbH & Co. KG",
            "website": f"https://www.company{company}.example/about",
            "industry": "Software",
            "employees": f"{company * 10:,}",
            "revenue": f"€{company},5 Mio",
            "street": f"Hauptstraße {company}",
            "postal_code": f"{10_000 + company}",
            "city": "Berlin",
            "region": "Bayern",
            "country": "Deutschland",
            "mail_consent": "yes",
            "description": f"Wants a demo.\nRow {number}.",
        }
    return {
        "full_name": f"王{chr(0x4E00 + number % 5000)}{chr(0x4E00 + number // 7 % 5000)}先生",
        "email": f"{number}@qq.com",
        "phone": "010-65521234转801",
        "mobile": f"138{number:08d}",
        "job_title": ("销售总监", "采购经理", "总经理")[number % 3],
        "company": f"上海华瑞{company}科技有限公司",
        "website": f"www.huarui{company}.example",
        "employees": "50-99人",
        "revenue": f"{company + 1}.5万元",
        "city": "上海",
        "region": "上海市",
        "country": "中国",
        "mail_consent": "已同意",
    }


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    for number in range(WARM_UP):
        clean(row(number))
    given = [row(number) for number in range(WARM_UP, WARM_UP + rows)]
    began, busy = time.perf_counter(), time.process_time()
    for record in given:
        clean(record)
    took, worked = time.perf_counter() - began, time.process_time() - busy
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{rows:,} rows: {took / rows * 1e6:.0f} us each ({worked / rows * 1e6:.0f} us of"
        f" one core), {held} MB held at most"
    )


if __name__ == "__main__":
    main()
