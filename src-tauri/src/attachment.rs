//! Shows the window the files that were handed in with an item, and nothing else.

use placet_desk::ErrorCode;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager as _, Runtime, UriSchemeContext};

use crate::desk::OpenedDesk;

/// Answers `attachment://localhost/sha256%3A...` with the bytes of that attachment.
pub(crate) fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    let path = request.uri().path().trim_start_matches('/');
    let id = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let opened = context.app_handle().state::<OpenedDesk>();
    let attachment = opened.desk().and_then(|(desk, _)| desk.attachment(&id));
    let (status, media_type, bytes) = match attachment {
        Ok(attachment) => (StatusCode::OK, attachment.media_type, attachment.bytes),
        Err(error) if error.code == ErrorCode::Missing => (StatusCode::NOT_FOUND, "text/plain", vec![]),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, "text/plain", error.message.into_bytes()),
    };
    let mut response = Response::new(bytes);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    // The name is the content's digest, so it never changes.
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("max-age=31536000, immutable"));
    response
}
