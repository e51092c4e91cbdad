//! Takes images out of a submission's content and leaves their hashes in their places.
//!
//! In content stands `{"url": "data:image/png;base64,..."}`, or `{"file": "name"}` for a file handed in
//! beside it; what remains is `{"attachment": "sha256:...", "media_type": "image/png"}`. Other URLs stay as
//! they are and are never fetched.

use bytes::Bytes;
use data_url::DataUrl;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::problem::{Code, Problem};
use crate::submission::{AttachedFile, is_data_url, push_segment};

/// The image types that a window shows without running anything.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// An image that was taken out and is still to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// `sha256:` and the hex SHA-256 of its bytes, by which the content now refers to it.
    pub(crate) hash: String,
    media_type: &'static str,
    /// The file itself.
    pub(crate) bytes: Bytes,
}

/// Replaces every image in `content` and returns them. Every one of `files` must be referred to.
pub(crate) fn take_out(content: &mut Value, files: &[AttachedFile]) -> Result<Vec<Image>, Problem> {
    let mut taking = Taking {
        files: files.iter().map(|file| Offered { file, hash: hash(&file.bytes), used: false }).collect(),
        images: Vec::new(),
    };
    taking.walk(content, &Place::CONTENT)?;
    if let Some(unused) = taking.files.iter().find(|offered| !offered.used) {
        let name = &unused.file.name;
        let detail = format!(
            "nothing in the content refers to the file \"{name}\"; put {{\"file\": \"{name}\"}} there"
        );
        return Err(Place::CONTENT.refused(detail));
    }
    Ok(taking.images)
}

struct Offered<'a> {
    file: &'a AttachedFile,
    hash: String,
    used: bool,
}

struct Taking<'a> {
    files: Vec<Offered<'a>>,
    images: Vec<Image>,
}

impl Taking<'_> {
    fn walk(&mut self, value: &mut Value, place: &Place<'_>) -> Result<(), Problem> {
        match value {
            Value::Object(members) => {
                if let Some(image) = self.image_in(members, place)? {
                    members.insert("attachment".to_owned(), image.hash.clone().into());
                    members.insert("media_type".to_owned(), image.media_type.into());
                    self.images.push(image);
                }
                members.iter_mut().try_for_each(|(name, member)| self.walk(member, &place.member(name)))
            }
            Value::Array(values) => {
                values.iter_mut().enumerate().try_for_each(|(n, value)| self.walk(value, &place.entry(n)))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }

    /// The image that the object stands for, without the member that said so.
    fn image_in(
        &mut self,
        object: &mut Map<String, Value>,
        place: &Place<'_>,
    ) -> Result<Option<Image>, Problem> {
        if let Some(Value::String(url)) = object.get("url")
            && is_data_url(url.as_bytes())
        {
            let image = Image::in_data_url(url).map_err(|detail| place.member("url").refused(detail))?;
            object.remove("url");
            return Ok(Some(image));
        }
        let (member, offered) = if let Some(Value::String(hash)) = object.get("attachment")
            && hash.starts_with("sha256:")
        {
            ("attachment", self.files.iter_mut().find(|offered| offered.hash == *hash))
        } else if let Some(Value::String(name)) = object.get("file")
            && object.len() == 1
        {
            // Without such a file it is content like any other, say an argument of a tool call.
            match self.files.iter_mut().find(|offered| offered.file.name == *name) {
                Some(offered) => ("file", Some(offered)),
                None => return Ok(None),
            }
        } else {
            return Ok(None);
        };
        let Some(offered) = offered else {
            let detail = "no file with this hash was handed in with the submission; hand the image itself in";
            return Err(place.member(member).refused(detail));
        };
        offered.used = true;
        let image = Image::of(offered.file.bytes.clone(), offered.hash.clone());
        let image = image.map_err(|detail| place.member(member).refused(detail))?;
        object.remove(member);
        Ok(Some(image))
    }
}

impl Image {
    fn of(bytes: Bytes, hash: String) -> Result<Self, String> {
        let found = infer::get(&bytes).map(|kind| kind.mime_type());
        match SHOWN.into_iter().find(|shown| found == Some(*shown)) {
            Some(media_type) => Ok(Self { hash, media_type, bytes }),
            None => {
                let found = found.unwrap_or("no image");
                Err(format!("only PNG, JPEG, GIF and WebP images are taken, and this is {found}"))
            }
        }
    }

    fn in_data_url(url: &str) -> Result<Self, String> {
        let url = DataUrl::process(url).map_err(|_| "is not a data: URL (RFC 2397)".to_owned())?;
        let declared = format!("{}/{}", url.mime_type().type_, url.mime_type().subtype);
        if !SHOWN.contains(&declared.as_str()) {
            return Err(format!("only PNG, JPEG, GIF and WebP images are taken, not {declared}"));
        }
        let (bytes, _fragment) = url.decode_to_vec().map_err(|_| "its base64 does not decode".to_owned())?;
        let hash = hash(&bytes);
        let image = Self::of(bytes.into(), hash)?;
        if image.media_type != declared {
            return Err(format!("says {declared}, but its bytes are {}", image.media_type));
        }
        Ok(image)
    }
}

fn hash(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// Where the walk stands. Written out as a JSON pointer only when something is wrong there.
struct Place<'a> {
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Member(&'a str),
    Entry(usize),
}

impl<'a> Place<'a> {
    const CONTENT: Place<'static> = Place { above: None, step: Step::Member("content") };

    fn member(&'a self, name: &'a str) -> Place<'a> {
        Place { above: Some(self), step: Step::Member(name) }
    }

    fn entry(&'a self, index: usize) -> Place<'a> {
        Place { above: Some(self), step: Step::Entry(index) }
    }

    fn pointer(&self) -> String {
        let mut pointer = self.above.map(Place::pointer).unwrap_or_default();
        match self.step {
            Step::Member(name) => push_segment(&mut pointer, name),
            Step::Entry(index) => push_segment(&mut pointer, &index.to_string()),
        }
        pointer
    }

    fn refused(&self, detail: impl Into<String>) -> Problem {
        Problem::at(Code::AttachmentRefused, self.pointer(), detail)
    }
}
