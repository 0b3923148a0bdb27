//! A type with a file, for the samples of its page.

use super::{AttachmentRow, FileInput, MOST_BYTES, TypeGroup};
use crate::pages::{Field, Upload};

impl TypeGroup {
    pub(in crate::pages::declaration) fn sample() -> Self {
        let upload = Upload {
            id: "f-1".to_owned(),
            name: "身份证正面.jpg".to_owned(),
            size: "1.2 MB".to_owned(),
            href: Some("/files/f-1/view".to_owned()),
            thumb: Some("/files/f-1/view?w=160".to_owned()),
            error: None,
            remove: None,
        };
        let row = AttachmentRow {
            id: "form-attachments-0-".to_owned(),
            path: "form.attachments[0]".to_owned(),
            upload,
            fields: vec![Field::text("form.attachments[0].name", "文件名称", "身份证正面.jpg")],
            can_remove: true,
            is_marked: false,
        };
        Self {
            place: "add-id_card".to_owned(),
            id: "a-id_card_front".to_owned(),
            name: "身份证正面".to_owned(),
            is_asked: true,
            count: 1,
            hint: "JPG、PNG，1 个".to_owned(),
            blank: Some(("承诺书".to_owned(), "/cases/d-1/documents/pledge".to_owned())),
            rows: vec![row],
            input: Some(FileInput {
                name: "add.id_card_front".to_owned(),
                accept: "image/jpeg".to_owned(),
                multiple: false,
                most: MOST_BYTES,
            }),
            error: None,
        }
    }
}
