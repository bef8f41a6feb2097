"""Writes texts.json: 300 varied texts, the same every time. See README.md beside this file."""

import json
import random
from pathlib import Path

SENTENCES = [
    "Can I move my appointment to Friday at half past three?",
    "How much is a full balayage on long hair, and does that include the toner?",
    "We close at 18:00 on weekdays; Saturdays we are open until 14:30.",
    "I'd like to cancel, sorry — something came up.",
    "Deposits of €25 are refunded up to 48 hours before the visit.",
    "do u have anything tmrw after 5??",
    "Please avoid direct sunlight for 48 h after the treatment.",
    "The quick brown fox jumps over the lazy dog.",
    "Is there parking behind the building, or only on the street?",
    "Invoice no. 2026/0417: total $1,249.99 (incl. 8.5% tax).",
    "Ein Termin kann bis zu 24 Stunden vorher kostenlos verschoben werden.",
    "Größe, Maß und Straße: äöüß ÄÖÜ.",
    "Est-ce que vous acceptez les enfants de moins de douze ans ?",
    "L'été dernier, l'hôtel était fermé à cause des travaux.",
    "¿Cuánto cuesta un corte de pelo para niños?",
    "Mañana por la tarde no puedo; ¿y el miércoles?",
    "Quanto custa uma limpeza de pele? Não encontrei o preço.",
    "Vorrei prenotare un taglio per sabato mattina, grazie.",
    "Ile kosztuje wizyta u dentysty w sobotę? Źdźbło, żółć.",
    "Kolik stojí první návštěva? Příliš žluťoučký kůň.",
    "Kaç gün sonra tekrar gelmeliyim? İstanbul, ığdır.",
    "Hoeveel kost een consult van dertig minuten?",
    "Hur lång tid tar behandlingen? Åtta ägg på ön.",
    "Hvad koster det at få klippet hår? Rødgrød med fløde.",
    "Mitä hoito maksaa ja kauanko se kestää?",
    "Mennyibe kerül egy hajvágás? Árvíztűrő tükörfúrógép.",
    "Cât costă o consultație? Șapte țânțari.",
    "Πόσο κοστίζει ένα κούρεμα; Ο Σίσυφος και η Αθήνα.",
    "Сколько стоит стрижка и можно ли записаться на завтра?",
    "Скільки коштує візит? Їжак, ґанок, щука.",
    "Колко струва консултацията по имотно право?",
    "כמה עולה תספורת, ואפשר לקבוע תור למחר?",
    "كم سعر جلسة العلاج؟ وهل يمكن الحجز غدًا؟",
    "قیمت یک جلسه چقدر است؟",
    "बाल कटवाने का कितना खर्च आएगा? क्या कल समय मिलेगा?",
    "চুল কাটার দাম কত?",
    "முடி வெட்ட எவ்வளவு செலவாகும்?",
    "ตัดผมราคาเท่าไร จองวันพรุ่งนี้ได้ไหม",
    "Cắt tóc giá bao nhiêu? Tôi muốn đặt lịch ngày mai.",
    "理发多少钱？明天下午可以预约吗？",
    "剪髮多少錢？我想改到星期五。",
    "カットはいくらですか。明日の午後に予約できますか？",
    "머리 자르는 데 얼마예요? 내일 예약할 수 있나요?",
    "რა ღირს თმის შეჭრა?",
    "Ինչքա՞ն արժե մազերի կտրվածքը:",
    "Cá mhéad a chosnaíonn sé? Go raibh maith agat.",
    "Thank you so much 😍💇‍♀️✨ see you Friday!!! 🎉🎉",
    "👍",
    "🏳️‍🌈 👨‍👩‍👧‍👦 🇩🇪 ☎️ 1️⃣",
    "café naïve résumé coöperate (decomposed)",
    "ﬁne ligatures, ½ cups, №5, ™ and ℃",
    "https://example.com/book?service=cut&when=2026-11-24T15:30:00Z#top",
    "mail me at jane.doe+salon@example.co.uk or call +44 20 7946 0958",
    "C++ vs. C#: x = (a[i] << 3) | 0xFF; // why?",
    "| Service | Price |\n|---|---|\n| Cut | 45 |\n| Colour | 90–120 |",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "tabs\tand\u00a0no-break\u2003spaces\r\nand lines",
    "zero\u200bwidth and soft\u00adhyphen",
    "ALL CAPS SHOUTING ABOUT THE BILL!!!",
    "1 22 333 4444 55555 666666 7777777 88888888",
]
SINGLE = [
    "", " ", "\n\n\t", "a", "?", "...", "0", "yes", "No.", "OK", "ß", "İ", "中", "é", "\u0301",
    "\u200d", "#", "##", "-", "—", "😀", "word " * 300, "x" * 99, "x" * 100, "x" * 101,
    "x" * 5000, "!" * 600, "中" * 400, "😀" * 200, "the " * 253, "the " * 254, "the " * 255,
    "e" + "\u0301" * 300, "\u0000nul\u0000inside\u0000", "\ufffd replaced \ufffd", "ﷺ", "Ω Ω Å Å",
    "ǅ ǈ ǋ", "ΑΣ ΟΔΟΣ", "K", "q̣̇ q̣̇", "각 각", "שָׁלוֹם", "हिन्दी", "ไทย", "𝔉𝔯𝔞𝔨𝔱𝔲𝔯", "𠀋𠂉",
]


def main():
    chance = random.Random(20261120)
    texts = SINGLE + SENTENCES
    while len(texts) < 300:
        count = chance.choice([2, 2, 3, 4, 6, 9, 14, 20])
        parts = [chance.choice(SENTENCES) for _ in range(count)]
        texts.append(chance.choice([" ", " ", "\n", "\n\n", " — "]).join(parts))
    folder = Path(__file__).parent
    lines = ",\n".join(json.dumps(text, ensure_ascii=True) for text in texts[:300])
    (folder / "texts.json").write_text("[\n" + lines + "\n]\n", "utf-8")


main()
