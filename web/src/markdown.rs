//! Markdown as HTML that may stand in a page of ours.
//!
//! comrak writes it without raw HTML, and shows that as the text it is;
//! ammonia then lets through only what is on its lists, whatever comrak did.
//! Nothing in it is loaded from elsewhere: the image of another host becomes a
//! link to it.

use std::{borrow::Cow, sync::LazyLock};

use ammonia::Builder;
use comrak::{
    Arena, Options,
    nodes::NodeValue,
    options::{Extension, Render},
};

/// Where the images are that a text may show.
const IMAGES: &str = "/api/attachments/";

/// The HTML of a text.
pub(crate) fn html(text: &str) -> String {
    let options = Options {
        extension: Extension {
            autolink: true,
            strikethrough: true,
            table: true,
            tasklist: true,
            ..Extension::default()
        },
        render: Render {
            escape: true,
            ..Render::default()
        },
        ..Options::default()
    };
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, text, &options);
    for node in root.descendants() {
        let mut data = node.data_mut();
        if let NodeValue::Image(link) = &mut data.value
            && !link.url.starts_with(IMAGES)
        {
            let link = std::mem::take(link);
            data.value = NodeValue::Link(link);
        }
    }
    let mut html = String::new();
    // Writing to a string does not fail.
    let _ = comrak::format_html(root, &options, &mut html);
    CLEANER.clean(&html).to_string()
}

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner
        .add_tags([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "img",
            "input",
            "li",
            "ol",
            "p",
            "pre",
            "strong",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ])
        .add_tag_attributes("a", ["href", "title"])
        .add_tag_attributes("img", ["src", "alt", "title"])
        .add_tag_attributes("code", ["class"])
        .add_tag_attributes("ol", ["start"])
        .add_tag_attributes("th", ["align"])
        .add_tag_attributes("td", ["align"])
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        .add_url_schemes(["http", "https", "mailto"])
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(|tag, attribute, value| match (tag, attribute) {
            ("img", "src") => value.starts_with(IMAGES).then_some(Cow::Borrowed(value)),
            ("code", "class") => value
                .strip_prefix("language-")
                .filter(|name| name.bytes().all(|byte| byte.is_ascii_graphic()))
                .map(|_| Cow::Borrowed(value)),
            // Where an address that may not stand here was taken out.
            ("a", "href") if value.is_empty() => None,
            ("input", "type") => Some("checkbox".into()),
            _ => Some(value.into()),
        });
    cleaner
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_becomes_html() {
        insta::assert_snapshot!(html("# T\n\n- [x] `a` **b** ~~c~~\n- [ ] www.example.org\n\n|x|\n|-:|\n|1|\n\n```rust\nfn <T>\n```\n"), @r#"
        <h1>T</h1>
        <ul>
        <li><input type="checkbox" checked="" disabled=""> <code>a</code> <strong>b</strong> <del>c</del></li>
        <li><input type="checkbox" disabled=""> <a href="http://www.example.org" rel="noopener noreferrer">www.example.org</a></li>
        </ul>
        <table>
        <thead>
        <tr>
        <th align="right">x</th>
        </tr>
        </thead>
        <tbody>
        <tr>
        <td align="right">1</td>
        </tr>
        </tbody>
        </table>
        <pre><code class="language-rust">fn &lt;T&gt;
        </code></pre>
        "#);
    }

    #[test]
    fn nothing_of_it_runs_or_is_loaded_from_elsewhere() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "a <b onclick=alert(1)>b</b>",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java&#10;script:alert(1))",
            "[a](data:text/html,<script>alert(1)</script>)",
            "[a](vbscript:x)",
            "<javascript:alert(1)>",
            "![a](https://evil.example/x.png)",
            "![a](//evil.example/x.png)",
            "![a](data:image/svg+xml;base64,AAAA)",
            "![a\" onerror=\"alert(1)](x)",
            "[a](x \"\\\" onmouseover=\\\"alert(1)\")",
            "```\" onclick=\"x\ncode\n```",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "<style>body{display:none}</style>",
            "<form action=https://evil.example><button>x</button></form>",
            "<svg/onload=alert(1)>",
            "<math><mtext></math><img src=x onerror=alert(1)>",
        ] {
            let html = html(text);
            let document = html.to_ascii_lowercase();
            for tag in [
                "<script", "<img", "<iframe", "<style", "<form", "<svg", "<math", "<b ", "<button",
            ] {
                assert!(!document.contains(tag), "{text}: {html}");
            }
            for scheme in ["javascript:", "vbscript:", "data:"] {
                let link = format!("href=\"{scheme}");
                assert!(!document.contains(&link), "{text}: {html}");
            }
            let inside_tags = document
                .split('<')
                .skip(1)
                .filter_map(|part| part.split('>').next());
            for tag in inside_tags {
                let names = tag.split('"').step_by(2);
                assert!(
                    !names.into_iter().any(|name| name.contains(" on")),
                    "{text}: {html}"
                );
            }
        }
    }

    #[test]
    fn images_that_are_attached_are_shown_and_others_are_links() {
        assert_eq!(
            html("![a](/api/attachments/01J?inline=true)"),
            "<p><img src=\"/api/attachments/01J?inline=true\" alt=\"a\"></p>\n"
        );
        assert_eq!(
            html("![a](https://example.org/x.png)"),
            "<p><a href=\"https://example.org/x.png\" rel=\"noopener noreferrer\">a</a></p>\n"
        );
    }

    #[test]
    fn what_is_nested_without_end_ends() {
        for piece in [">", "- ", "[", "![", "*a_", "<b>", "**"] {
            assert!(html(&piece.repeat(5_000)).len() < 10_000_000, "{piece}");
        }
    }
}
