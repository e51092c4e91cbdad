//! Credentials in the machine's own AWS files, `~/.aws/credentials` and `~/.aws/config` or where the variables
//! `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` say, read by the library that AWS's own programs read them with.

use aws_runtime::env_config::file::EnvConfigFiles;
use aws_runtime::env_config::section::EnvConfigSections;
use aws_runtime::env_config::source;
use aws_types::os_shim_internal::{Env, Fs};
use futures::FutureExt as _;

use super::KeysError;
use crate::signer::aws;

/// The credentials of the profile of this name. Blocks.
pub(super) fn read(profile: &str) -> Result<aws::Key, KeysError> {
    read_from(&Env::real(), &Fs::real(), profile)
}

/// The errors of the library may repeat what stands in the files, so none is passed on.
fn read_from(env: &Env, fs: &Fs, profile: &str) -> Result<aws::Key, KeysError> {
    let wrong = |what: &str| {
        KeysError::Unavailable(format!(
            "The AWS profile \"{profile}\" gives no credentials: {what}. Correct ~/.aws/credentials, or the file that \
             AWS_SHARED_CREDENTIALS_FILE names, and try the delivery again."
        ))
    };
    // Files are read as it is called; there is nothing to wait for.
    let source = source::load(env, fs, &EnvConfigFiles::default()).now_or_never().and_then(Result::ok);
    let source = source.ok_or_else(|| wrong("the files cannot be read"))?;
    let sections =
        EnvConfigSections::parse(source).map_err(|_| wrong("the files are not in the form of AWS"))?;
    let section = sections.get_profile(profile).ok_or_else(|| wrong("there is no such profile"))?;
    let (Some(id), Some(secret)) = (section.get("aws_access_key_id"), section.get("aws_secret_access_key"))
    else {
        return Err(wrong(
            "it has no aws_access_key_id and aws_secret_access_key, and Placet asks no service for them",
        ));
    };
    aws::Key::of(id, secret, section.get("aws_session_token"))
        .ok_or_else(|| wrong("what stands there is no key"))
}

#[cfg(test)]
mod tests {
    use aws_types::os_shim_internal::{Env, Fs};

    use super::read_from;

    const FILE: &str = "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = hush\n\n\
                        [prod]\naws_access_key_id=AKIDPROD\naws_secret_access_key=hush/2\naws_session_token=hush3\n\n\
                        [sso]\nsso_session = mine\n";

    fn read(profile: &str) -> Result<(), String> {
        let env = Env::from_slice(&[("AWS_SHARED_CREDENTIALS_FILE", "/elsewhere"), ("HOME", "/home/ada")]);
        let fs = Fs::from_slice(&[("/elsewhere", FILE)]);
        read_from(&env, &fs, profile).map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn a_profile_is_read_from_where_the_variable_says() {
        assert_eq!(read("default"), Ok(()));
        assert_eq!(read("prod"), Ok(()));
    }

    #[test]
    fn what_is_missing_is_said_and_nothing_of_the_file() {
        for (profile, what) in [("other", "no such profile"), ("sso", "aws_access_key_id")] {
            let wrong = read(profile).expect_err("no credentials");
            assert!(wrong.contains(profile) && wrong.contains(what) && !wrong.contains("hush"), "{wrong}");
        }
        let env = Env::from_slice(&[("HOME", "/home/ada")]);
        let broken = Fs::from_slice(&[("/home/ada/.aws/credentials", "[hush\nhush")]);
        let wrong = read_from(&env, &broken, "default").err().expect("broken").to_string();
        assert!(wrong.contains("form of AWS") && !wrong.contains("hush"), "{wrong}");
    }
}
