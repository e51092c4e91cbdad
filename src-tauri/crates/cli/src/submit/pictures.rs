//! Pictures that a submission names by path are enclosed in it.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::failure::Failure;

/// Replaces `{"image": {"path": "FILE"}}` in `content` by the file itself, as a `data:` URL. Paths are
/// relative to the folder of the file that names them. A text without one comes back as it was.
pub(super) fn enclose(text: String, folder: &Path) -> Result<String, Failure> {
    if !text.contains("\"path\"") {
        return Ok(text);
    }
    let Ok(mut document) = serde_json::from_str::<Value>(&text) else { return Ok(text) };
    let Some(image) = document.pointer_mut("/content/image") else { return Ok(text) };
    let Some(path) = image.get("path").and_then(Value::as_str) else { return Ok(text) };
    let path = folder.join(path);
    let bytes =
        std::fs::read(&path).map_err(|error| Failure::fault(format!("{}: {error}", path.display())))?;
    let media_type = infer::get(&bytes).map_or("application/octet-stream", |kind| kind.mime_type());
    *image = serde_json::json!({ "url": format!("data:{media_type};base64,{}", STANDARD.encode(bytes)) });
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::enclose;

    #[test]
    fn a_picture_beside_the_file_is_enclosed() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.png"), b"\x89PNG\r\n\x1a\n").expect("written");
        let text = r#"{"content":{"image":{"path":"a.png"}}}"#.to_owned();
        let enclosed = enclose(text, folder.path()).expect("enclosed");
        assert_eq!(enclosed, r#"{"content":{"image":{"url":"data:image/png;base64,iVBORw0KGgo="}}}"#);
    }

    #[test]
    fn a_picture_that_is_not_there_is_named() {
        let text = r#"{"content":{"image":{"path":"none.png"}}}"#.to_owned();
        let failure = enclose(text, std::path::Path::new("here")).expect_err("missing");
        assert!(failure.to_string().contains("here/none.png"), "{failure}");
    }
}
