//! A file on its way out.
//!
//! What somebody attached must never act in the name of this server: it is
//! sent for saving, without a type, under a policy that allows nothing. For
//! looking at there are pictures made of dots, and texts as plain text; an SVG
//! is a document that can run scripts, so it is neither.

use axum::response::{IntoResponse as _, Response};
use backlog_api::{
    client::Responses,
    v1::{self, Attachment, FetchAttachmentResponse},
};
use http::{HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answer::{Outcome, Raw},
    problem::Problem,
    request::Call,
    stream::{Writer, pipe},
};

const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");
/// What may stand in `filename*`. <https://www.rfc-editor.org/rfc/rfc8187>
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
const PICTURES: [&str; 5] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
];

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct How {
    /// For looking at, where it is a picture or a text.
    inline: bool,
}

pub(super) async fn fetch(call: Call<String, How>) -> Outcome<Raw> {
    let Call {
        client,
        path,
        query,
        ..
    } = call;
    let request = v1::FetchAttachmentRequest { attachment: path };
    let mut answers = client.open(request).await?;
    let incomplete = || Problem::incomplete("file");
    let first = answers.next().await?.ok_or_else(incomplete)?;
    let attachment = first.attachment.ok_or_else(incomplete)?;
    let (writer, body) = pipe();
    tokio::spawn(copy(first.chunk, answers, writer));
    let mut response = body.into_response();
    describe(&mut response, &attachment, query.inline);
    Ok(Raw(response))
}

/// Where the daemon is lost in the middle, fewer bytes come than were said,
/// which the browser notices.
async fn copy(first: Vec<u8>, mut answers: Responses<FetchAttachmentResponse>, writer: Writer) {
    let mut next = first;
    while writer.send(next.into()).await.is_ok() {
        match answers.next().await {
            Ok(Some(answer)) => next = answer.chunk,
            Ok(None) | Err(_) => return,
        }
    }
}

fn describe(response: &mut Response, attachment: &Attachment, inline: bool) {
    let shown = if inline {
        preview(&attachment.mime_type)
    } else {
        None
    };
    let how = if shown.is_some() {
        "inline"
    } else {
        "attachment"
    };
    let headers = response.headers_mut();
    let kind = shown.unwrap_or("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_LENGTH, attachment.size.into());
    headers.insert(header::CONTENT_SECURITY_POLICY, NOTHING);
    let disposition = format!(
        "{how}; filename=\"{}\"; filename*=UTF-8''{}",
        plain(&attachment.name),
        utf8_percent_encode(&attachment.name, ENCODED),
    );
    headers.extend(
        HeaderValue::from_str(&disposition)
            .ok()
            .map(|value| (header::CONTENT_DISPOSITION, value)),
    );
}

/// As what it may be looked at.
fn preview(kind: &str) -> Option<&'static str> {
    match PICTURES.iter().find(|picture| **picture == kind) {
        Some(picture) => Some(picture),
        None if kind.starts_with("text/") || kind == "application/json" => {
            Some("text/plain; charset=utf-8")
        }
        None => None,
    }
}

/// The name for programs that know no other, with nothing in it that could end
/// the header's value, or lead into another directory.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | ' ' => c,
            _ => '_',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_can_run_scripts_is_not_for_looking_at() {
        for kind in [
            "image/svg+xml",
            "application/pdf",
            "application/xhtml+xml",
            "",
        ] {
            assert_eq!(preview(kind), None, "{kind}");
        }
        assert_eq!(preview("text/html"), Some("text/plain; charset=utf-8"));
        assert_eq!(preview("image/png"), Some("image/png"));
    }

    #[test]
    fn a_name_cannot_leave_its_place() {
        assert_eq!(plain("../a\"; x=\r\n.txt"), ".._a__ x___.txt");
    }
}
