"""Texts on which two readings of one definition of a token are most likely to differ."""

_SENTENCE = "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn"

_NO_TOKEN = (
    "",
    " ",
    "\t",
    "\n",
    "...",
    "(—)",
    "\x00",
    "\x00\x00",
    "\ufeff",
    "\u200b",
    "\u00a0",
    "💥",
)

_CASE = (
    _SENTENCE.upper(),
    _SENTENCE.lower(),
    _SENTENCE.swapcase(),
    "İstanbul'da KÂR İKİ KATINA ÇIKTI",  # İ: two characters in Python's lower case
    "IİıiÎ PROFİT PROFIT",
    "ΟΔΥΣΣΕΥΣ ΚΕΡΔΟΣ",  # Σ: a final one has a lower case of its own
    "ΣΑΣ ΣΣ Σ Σ. ΑΣ1 ΑΣ'",
    "Straße STRASSE STRAẞE ẞ",
    "ǅungla Ǆ ǆ ᾈ ᾼ ῼ Ⅷ ⓐ Ⓐ",  # title case, digraphs, numerals and circles with case
    "Ⴀ ა Ა Ꭰ ꭰ Ᏸ",  # Georgian, Cherokee: case mappings added late
    "ＰＲＯＦＩＴ ｐｒｏｆｉｔ １２３",  # full width
    "𝐏𝐫𝐨𝐟𝐢𝐭 𝓟 𐐀𐐨 𞤀𞤢",  # letters outside the basic plane, with and without case
    "ŒUVRE ﬁnance ﬀ ŉ ǰ K Å Ω",  # ligatures, Kelvin, Ångström, Ohm signs
)

_ACCENTS = (
    "Lemminkäinen Törnvall Ålandsbanken Père Čeština Łódź",
    "Lemminka\u0308inen To\u0308rnvall A\u030alandsbanken",  # the same, decomposed
    "\u0301profit pro\u0301fit profit\u0301 \u0301 \u0301\u0301",  # marks with nothing to sit on
    "z̷̛͎a̶̡l̵g̶o̴ profit",
)

_SCRIPTS = (
    "营业利润下降至3540万欧元",
    "純利益は３５億円に減少した。 ニッケイ ﾆｯｹｲ",
    "영업이익 감소 35.4",
    "परिचालन लाभ ३५.४ मिलियन यूरो तक गिरा।",
    "வருவாய் ௩௫ কোটি লাভ ৩৫ กำไร ๓๕",
    "انخفض الربح إلى ٣٥٫٤ مليون يورو",
    "הרווח ירד ל-35.4 מיליון",
    "\u202bprofit\u202c \u2067fell\u2069 \u200fEUR\u200e",  # right-to-left controls
    "Прибыль упала до 35,4 млн ₽",
    "Ethiopia ፩፪፫ ትርፍ ᠮᠣᠩᠭᠣᠯ ꯃꯅꯤꯄꯨꯔꯤ 𑀧𑁆𑀭𑀸 𒀀 𓂀",
)

_NUMBERS = (
    "1 12 1.2 1,2 1.2.3 1,234,567.89 1..2 1., .5 5. ,5 5,",
    "3Q 3q07 Q3 2009e €5m $5bn 5% -5% +5 1-2 1/2 ½ ² ₂ ① Ⅷ",
    "٣٥ ३५ ৩৫ ๓๕ ３５ 𝟛𝟝 𑁩 ١.٢ 1.٢ ٣a a٣",  # digits of other scripts, alone and mixed
    "0 00 000 9" * 40,
)

_SPACES = (
    "profit\nfell\r\nto\tEUR\x0b35.4\x0cmn\x85from\u2028EUR\u202968.8",
    "profit\u00a0fell\u2007to\u202fEUR\u3000mn\u1680now",
    "profit\u200bfell\u200cto\u200dEUR\u2060mn\ufeffnow",
    "pro\u00adfit",  # soft hyphen
    "profit\x00fell\x00",
    "\x00profit",
    "profit\x01\x02\x03\x1b[31mfell\x7f\x80\x9f",
    "  profit   fell  ",
)

_SYMBOLS = (
    "🙂 profit 👍🏽 fell 👨‍👩‍👧 📈📉 🇫🇮",
    "% $ € £ + ! ? & - ¥ ₹ # @ * / \\ | ^ ~ ` ' \" < > { } [ ]",
    "%%$$€€--++ !?!? -5 - 5 –5 −5 — ‐ ‑",
    "Seppälä's `` profit '' n't U.S. AT&T year-on-year e-mail a_b http://a.b/c?d=e&f",
    "(?i).*[a-z]+\\d$^|\\Q\\E",
    "'; DROP TABLE news; -- <script>alert(1)</script> %s %n {0} ${x}",
    "\ufffd \uffff \ufdd0 \U0010ffff \ue000 \U000f0000",  # replacement, non-characters, private use
)

_LONG = (
    f"{_SENTENCE} " * 20,
    "profit " * 1000,
    "a" * 100_000,
    "9" * 100_000,
    "1." * 50_000,
    "é" * 50_000,
    ("profit fell 5 % " * 6_250)[:100_000],
    " " * 100_000,
    "\n".join([_SENTENCE] * 1_800),
)

ADVERSARIAL: tuple[str, ...] = (
    *_NO_TOKEN,
    *_CASE,
    *_ACCENTS,
    *_SCRIPTS,
    *_NUMBERS,
    *_SPACES,
    *_SYMBOLS,
    *_LONG,
)
"""Case, accents, scripts, numbers, spaces, controls, symbols and length; each is valid Unicode."""
