#!/usr/bin/env python3
"""Makes corpora/<business>/documents/ from corpora/<business>/sources/*.md.

Each source is Markdown with a head between two lines of three dashes:

    out: price-list.pdf      the file to make; its ending picks the format
    style: two-column        pdf only: plain (default), two-column, leaflet, scan, handbook, letter
    title: …                 for document properties and the page footer
    footer: …                small print on every page
    colour: 7a3b52           accent
    letterhead: …            a line at the top right of each page (letter)
    paper: letter            the American size instead of A4

Needs reportlab, python-docx, Pillow and poppler-utils. The output is the same for the same input
(times in files are fixed), so that a run without a change leaves no difference.
"""
import html, io, random, re, subprocess, sys, tempfile, textwrap, zipfile
from datetime import datetime
from pathlib import Path

import docx
from docx.shared import Pt, RGBColor
from PIL import Image, ImageChops, ImageFilter
from reportlab import rl_config
from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, A5, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen import canvas
from reportlab.platypus import (BaseDocTemplate, Frame, HRFlowable, PageBreak,
                                PageTemplate, Paragraph, Spacer, Table, TableStyle)

rl_config.invariant = 1
HERE = Path(__file__).resolve().parent
FIXED = datetime(2026, 11, 2, 9, 0, 0)


def read(path):
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    meta = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return meta, list(blocks(body)), body.strip() + "\n"


def blocks(body):
    """Yields (kind, value): h1 h2 h3, p, ul, ol, table, rule, break."""
    for part in re.split(r"\n\s*\n", body.strip()):
        lines = part.strip().splitlines()
        first = lines[0]
        heading = re.match(r"(#{1,3}) (.*)", first)
        if heading:
            yield f"h{len(heading[1])}", heading[2]
            if len(lines) > 1:
                yield from blocks("\n".join(lines[1:]))
        elif first.startswith("|"):
            rows = [[c.strip() for c in l.strip().strip("|").split("|")] for l in lines]
            yield "table", [r for r in rows if not all(re.fullmatch(r":?-+:?", c) for c in r)]
        elif first.startswith("- ") or re.match(r"\d+\. ", first):
            items = []
            for line in lines:
                mark = re.match(r"(- |\d+\. )(.*)", line)
                if mark:
                    items.append(mark[2])
                else:
                    items[-1] += " " + line.strip()
            yield ("ul" if first.startswith("- ") else "ol"), items
        elif first == "***":
            yield "rule", None
            yield from blocks("\n".join(lines[1:])) if len(lines) > 1 else ()
        elif first == "<break>":
            yield "break", None
        else:
            yield "p", " ".join(l.strip() for l in lines)


def inline(text):
    text = html.escape(text, quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    return re.sub(r"(?<!\*)\*([^*]+)\*(?!\*)", r"<i>\1</i>", text)


def bare(text):
    return re.sub(r"\*+", "", text)


# PDF

LOOKS = {
    # style: (page, body font, heading font, size, columns)
    "plain": ("A4", "Helvetica", "Helvetica-Bold", 10, 1),
    "letter": ("A4", "Times-Roman", "Times-Bold", 12.5, 1),
    "two-column": ("A4", "Times-Roman", "Helvetica-Bold", 11.4, 2),
    "leaflet": ("A5", "Helvetica", "Times-BoldItalic", 9, 1),
    "scan": ("A5", "Courier", "Courier-Bold", 8.6, 1),
    "handbook": ("A5", "Helvetica", "Times-Bold", 10, 1),
}
FAMILY = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold", "Courier": "Courier-Bold"}


def balanced(meta, items):
    """The lowest columns that need no more pages than full ones, so that both are filled."""
    pages = pdf_bytes(meta, items)[1]
    for share in range(30, 100, 5):
        data, needed = pdf_bytes(meta, items, share / 100)
        if needed == pages:
            return data
    return pdf_bytes(meta, items)[0]


def pdf_bytes(meta, items, share=1.0):
    """The file and its number of pages; `share` of the page's height is used."""
    style = meta.get("style", "plain")
    page_name, body, head, size, columns = LOOKS[style]
    page = {"A4": A4, "A5": A5}[page_name]
    if meta.get("paper") == "letter":
        page = LETTER
    accent = HexColor("#" + meta.get("colour", "333333")) if style != "scan" else HexColor("#111111")
    margin = 14 * mm if page_name == "A5" else 20 * mm
    lead = size * (1.5 if style == "handbook" else 1.38)
    text = ParagraphStyle("text", fontName=body, fontSize=size, leading=lead, spaceAfter=size * 0.6)
    centre = style in ("leaflet", "scan")
    sizes = {"h1": 2.1, "h2": 1.35, "h3": 1.1}
    heads = {k: ParagraphStyle(k, fontName=head, fontSize=size * v, leading=size * v * 1.2,
                               textColor=accent, spaceBefore=size * (0.2 if k == "h1" else 0.9),
                               spaceAfter=size * 0.5, keepWithNext=1,
                               alignment=TA_CENTER if centre and k == "h1" else 0)
             for k, v in sizes.items()}
    cell = ParagraphStyle("cell", parent=text, spaceAfter=0, fontSize=size * 0.93, leading=size * 1.2)
    top = ParagraphStyle("top", parent=cell, fontName=FAMILY[body], textColor=white)
    gap = 8 * mm
    width = (page[0] - 2 * margin - gap * (columns - 1)) / columns

    flow = []
    chapter = 0
    for kind, value in items:
        if kind in heads:
            if kind == "h1" and style == "handbook":
                if chapter:
                    flow.append(PageBreak())
                chapter += 1
            flow.append(Paragraph(inline(value), heads[kind]))
        elif kind == "p":
            flow.append(Paragraph(inline(value), text))
        elif kind in ("ul", "ol"):
            for n, item in enumerate(value, 1):
                mark = "•" if kind == "ul" else f"{n}."
                flow.append(Paragraph(inline(item), ParagraphStyle(
                    "item", parent=text, leftIndent=size * 1.4, bulletIndent=size * 0.2,
                    spaceAfter=size * 0.25), bulletText=mark))
            flow.append(Spacer(1, size * 0.4))
        elif kind == "table":
            flow.append(make_table(value, width, cell, top, accent))
            flow.append(Spacer(1, size * 0.8))
        elif kind == "rule":
            flow.append(HRFlowable(width="100%", color=accent, thickness=0.7, spaceAfter=size * 0.6))
        elif kind == "break":
            flow.append(PageBreak())

    def furniture(c, d):
        c.saveState()
        c.setTitle(meta["title"])
        if style == "leaflet":
            c.setFillColor(accent)
            c.rect(0, page[1] - 8 * mm, page[0], 8 * mm, fill=1, stroke=0)
        elif style in ("plain", "handbook"):
            c.setStrokeColor(accent)
            c.setLineWidth(2)
            c.line(margin, page[1] - 13 * mm, margin + 24 * mm, page[1] - 13 * mm)
        if "letterhead" in meta:
            c.setFont("Times-Italic", 11)
            c.drawRightString(page[0] - margin, page[1] - 13 * mm, meta["letterhead"])
        c.setFillColor(HexColor("#666666"))
        c.setFont(body, 7.5)
        c.drawString(margin, 9 * mm, meta.get("footer", meta["title"]))
        c.drawRightString(page[0] - margin, 9 * mm, f"Page {d.page}")
        c.restoreState()

    out = io.BytesIO()
    doc = BaseDocTemplate(out, pagesize=page, title=meta["title"], author=meta.get("author", ""))
    height = (page[1] - 32 * mm) * share
    bottom = page[1] - 17 * mm - height
    frames = [Frame(margin + i * (width + gap), bottom, width, height, 0, 0, 0, 0)
              for i in range(columns)]
    doc.addPageTemplates(PageTemplate(frames=frames, onPage=furniture))
    doc.build(flow)
    return out.getvalue(), doc.page


def make_table(rows, width, cell, top, accent):
    longest = [max(min(len(bare(r[i])), 34) for r in rows) + 2 for i in range(len(rows[0]))]
    widths = [width * n / sum(longest) for n in longest]
    data = [[Paragraph(inline(c), top if n == 0 else cell) for c in r] for n, r in enumerate(rows)]
    table = Table(data, colWidths=widths, repeatRows=1)
    table.setStyle(TableStyle([
        ("BACKGROUND", (0, 0), (-1, 0), accent), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, HexColor("#f5f2ef")]),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, HexColor("#bbbbbb")),
        ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]))
    return table


def scanned(pdf, seed):
    """The pages as a copier would give them, with the hidden text that recognition adds."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in.pdf")
        source.write_bytes(pdf)
        subprocess.run(["pdftoppm", "-r", "105", "-gray", source, Path(folder, "p")], check=True)
        boxes = subprocess.run(["pdftotext", "-bbox-layout", source, "-"], check=True,
                               capture_output=True, text=True).stdout
        images = [Image.open(p).convert("L") for p in sorted(Path(folder).glob("p*.pgm"))]
    out = io.BytesIO()
    c = canvas.Canvas(out)
    for image, page in zip(images, boxes.split("<page ")[1:]):
        size = [float(re.search(rf'{k}="([\d.]+)"', page)[1]) for k in ("width", "height")]
        c.setPageSize(size)
        c.drawInlineImage(copied(image, dice), 0, 0, *size)
        for line in re.findall(r"<line ([^>]*)>(.*?)</line>", page, re.S):
            x, _, right, y = (float(v) for v in re.findall(r'"([\d.]+)"', line[0]))
            words = html.unescape(" ".join(re.findall(r">([^<>]+)</word>", line[1])))
            layer = c.beginText(x, size[1] - y + 2)
            layer.setTextRenderMode(3)
            layer.setFont("Courier", max(4, (right - x) / max(1, len(words)) / 0.6))
            layer.textOut(words)
            c.drawText(layer)
        c.showPage()
    c.save()
    return out.getvalue()


def copied(image, dice):
    paper = 250
    image = image.rotate(dice.uniform(-0.9, 0.9), fillcolor=255, resample=Image.BICUBIC)
    image = image.filter(ImageFilter.GaussianBlur(0.5))
    grain = Image.frombytes("L", image.size, dice.randbytes(image.width * image.height))
    grain = grain.filter(ImageFilter.GaussianBlur(1.1)).point(lambda v: 255 - abs(v - 128) // 5)
    image = ImageChops.multiply(image.point(lambda v: 40 + v * (paper - 40) // 255), grain)
    shadow = Image.linear_gradient("L").rotate(90).resize(image.size).point(lambda v: 225 + v // 9)
    image = ImageChops.multiply(image, shadow)
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=38)
    return Image.open(io.BytesIO(packed.getvalue()))


# The other formats

def docx_bytes(meta, items):
    doc = docx.Document()
    doc.styles["Normal"].font.name = "Calibri"
    doc.styles["Normal"].font.size = Pt(11)
    accent = RGBColor.from_string(meta.get("colour", "333333").upper())
    props = doc.core_properties
    props.title, props.author = meta["title"], meta.get("author", "")
    props.created = props.modified = FIXED
    for kind, value in items:
        if kind[0] == "h":
            for run in doc.add_heading(bare(value), int(kind[1])).runs:
                run.font.color.rgb = accent
        elif kind == "p":
            runs(doc.add_paragraph(), value)
        elif kind in ("ul", "ol"):
            for item in value:
                runs(doc.add_paragraph(style="List Bullet" if kind == "ul" else "List Number"), item)
        elif kind == "table":
            table = doc.add_table(rows=0, cols=len(value[0]), style="Light Grid Accent 1")
            for row in value:
                for cell, text in zip(table.add_row().cells, row):
                    runs(cell.paragraphs[0], text)
    doc.sections[0].footer.paragraphs[0].text = meta.get("footer", meta["title"])
    raw, out = io.BytesIO(), io.BytesIO()
    doc.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != "docProps/thumbnail.jpeg":
                fixed = zipfile.ZipInfo(info.filename, (2026, 11, 2, 9, 0, 0))
                data = old.read(info)
                if info.filename == "_rels/.rels":
                    data = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", data)
                new.writestr(fixed, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def runs(paragraph, text):
    for n, piece in enumerate(re.split(r"\*\*", text)):
        if piece:
            paragraph.add_run(piece.replace("*", "")).bold = n % 2 == 1


def html_bytes(meta, items):
    out = [f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{html.escape(meta['title'])}</title>
<style>body{{font:16px/1.5 Georgia,serif;max-width:44rem;margin:2rem auto}}
h1,h2{{color:#{meta.get('colour', '333')}}}nav a{{margin-right:1rem}}footer{{color:#777}}</style>
<script>window.dataLayer = window.dataLayer || []; dataLayer.push({{page: "help"}});</script>
</head>
<body>
<nav><a href="/">Home</a><a href="/prices">Prices</a><a href="/team">Team</a><a href="/book">Book</a></nav>
<main>"""]
    for kind, value in items:
        if kind[0] == "h":
            out.append(f"<{kind}>{inline(value)}</{kind}>")
        elif kind == "p":
            out.append(f"<p>{inline(value)}</p>")
        elif kind in ("ul", "ol"):
            out.append(f"<{kind}>" + "".join(f"\n<li>{inline(i)}</li>" for i in value) + f"\n</{kind}>")
        elif kind == "table":
            out.append("<table>")
            for n, row in enumerate(value):
                tag = "th" if n == 0 else "td"
                out.append("<tr>" + "".join(f"<{tag}>{inline(c)}</{tag}>" for c in row) + "</tr>")
            out.append("</table>")
    out.append(f"</main>\n<footer>{html.escape(meta.get('footer', ''))}</footer>\n</body>\n</html>\n")
    return "\n".join(out).encode()


def txt_bytes(items):
    out = []
    for kind, value in items:
        if kind[0] == "h":
            out += [value.upper() if kind == "h1" else value, "=" * len(value) if kind == "h1" else ""]
        elif kind == "p":
            out += [textwrap.fill(bare(value), 78), ""]
        elif kind in ("ul", "ol"):
            for n, item in enumerate(value, 1):
                mark = "- " if kind == "ul" else f"{n}. "
                out.append(textwrap.fill(bare(item), 78, initial_indent=mark, subsequent_indent="  "))
            out.append("")
        elif kind == "table":
            wide = [max(len(r[i]) for r in value) + 2 for i in range(len(value[0]))]
            out += ["".join(c.ljust(w) for c, w in zip(r, wide)).rstrip() for r in value] + [""]
    return ("\n".join(out).strip() + "\n").encode()


def make(source):
    meta, items, body = read(source)
    name = meta["out"]
    kind = name.rsplit(".", 1)[1]
    if kind == "pdf":
        style = meta.get("style")
        data = balanced(meta, items) if style == "two-column" else pdf_bytes(meta, items)[0]
        if style == "scan":
            data = scanned(data, name)
    else:
        data = {"docx": lambda: docx_bytes(meta, items), "html": lambda: html_bytes(meta, items),
                "txt": lambda: txt_bytes(items), "md": lambda: body.encode()}[kind]()
    folder = source.parent.parent / "documents"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    print(f"{folder.parent.name}/{name}: {len(data)} bytes")


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for path in sorted(HERE.glob("*/sources/*.md")):
        if not wanted or path.parent.parent.name in wanted:
            make(path)
