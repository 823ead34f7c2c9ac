//! Misspellings. Each is refused at its line, and the right name is suggested.

use toasty::config::{BackendName, ConfigErrorKind, KEYS};

use super::{parse, refuse};

/// A text, the line of the misspelling, and the name to suggest.
const TYPOS: &[(&str, usize, &str)] = &[
    // Keys.
    ("bakend = \"sqlite\"", 1, "`backend`"),
    ("# a comment\nBackend = \"sqlite\"", 2, "`backend`"),
    ("[backends.sqlite]\npaht = \"a.db\"", 2, "`path`"),
    ("[backends.sqlite]\nfile_path = \"a.db\"", 2, "`path`"),
    (
        "[backends.sqlite]\nbusy_timout = \"5s\"",
        2,
        "`busy_timeout`",
    ),
    (
        "[backends.sqlite]\nbusy-timeout = \"5s\"",
        2,
        "`busy_timeout`",
    ),
    ("[backends.sqlite]\ntimeout = \"5s\"", 2, "`busy_timeout`"),
    (
        "[backends.sqlite]\nbusy_timeout_ms = 5000",
        2,
        "`busy_timeout`",
    ),
    ("[backends.sqlite]\nexecuton = \"thread\"", 2, "`execution`"),
    ("[backends.sqlite]\nreader = 2", 2, "`readers`"),
    ("[backends.sqlite]\nraeders = 2", 2, "`readers`"),
    (
        "[backends.sqlite]\npath = \"a.db\"\n\nsyncronous = \"full\"",
        4,
        "`synchronous`",
    ),
    ("[backends.sqlite]\ncachesize = \"1MiB\"", 2, "`cache_size`"),
    ("[pool]\naquire_timeout = \"5s\"", 2, "`acquire_timeout`"),
    ("[pool]\nacquireTimeout = \"5s\"", 2, "`acquire_timeout`"),
    ("[cache]\nplan = 3", 2, "`plans`"),
    ("[cache]\nplans = 3\nstatments = 3", 3, "`statements`"),
    ("[logging]\nparameter = true", 2, "`parameters`"),
    ("[logging]\nslow_querry = \"1s\"", 2, "`slow_query`"),
    ("[loading]\nbatch_size = 5", 2, "`batch`"),
    ("[loading]\nbach = 5", 2, "`batch`"),
    ("[development]\nfull_scan = \"warn\"", 2, "`full_scans`"),
    ("[development]\nfull_scans = \"warning\"", 2, "\"warn\""),
    ("[pages]\nkay = { env = 'A' }", 2, "`key`"),
    ("[pool]\nmaxx = 5", 2, "`max`"),
    ("[pool]\nmax_connections = 5", 2, "`max`"),
    ("[pool]\nmin_idel = 1", 2, "`min_idle`"),
    ("[pool]\nminidle = 1", 2, "`min_idle`"),
    ("[pool]\nidle_timout = \"5m\"", 2, "`idle_timeout`"),
    ("[pool]\nmax_liftime = \"5m\"", 2, "`max_lifetime`"),
    ("[pool]\nlifetime = \"5m\"", 2, "`max_lifetime`"),
    ("[pool]\nwarmup = true", 2, "`warm_up`"),
    ("[pool]\nleak_reports = \"1m\"", 2, "`leak_report`"),
    ("[pool]\nretry = 3", 2, "`retries`"),
    ("[backends.postgresql]\nulr = \"a\"", 2, "`url`"),
    ("[backends.postgresql]\nhots = \"a\"", 2, "`host`"),
    ("[backends.postgresql]\nhostname = \"a\"", 2, "`host`"),
    ("[backends.postgresql]\nprot = 5432", 2, "`port`"),
    ("[backends.postgresql]\nusr = \"a\"", 2, "`user`"),
    ("[backends.postgresql]\nusername = \"a\"", 2, "`user`"),
    ("[backends.postgresql]\ndatabse = \"a\"", 2, "`database`"),
    ("[backends.postgresql]\npasswrod = \"a\"", 2, "`password`"),
    ("[backends.postgresql]\npass = \"a\"", 2, "`password`"),
    (
        "[backends.postgresql]\nallow_inline_secrets = true",
        2,
        "`allow_inline_secret`",
    ),
    ("[backends.postgresql]\nshema = \"a\"", 2, "`schema`"),
    ("[backends.postgresql]\ntsl = \"off\"", 2, "`tls`"),
    ("[backends.postgresql]\ntls_mode = \"off\"", 2, "`tls`"),
    ("[backends.postgresql]\ncaa = \"a.pem\"", 2, "`ca`"),
    (
        "[backends.postgresql]\nclient_cert = \"a.pem\"",
        2,
        "`client_certificate`",
    ),
    (
        "[backends.postgresql]\nclientkey = \"a.pem\"",
        2,
        "`client_key`",
    ),
    (
        "[backends.postgresql]\naplication_name = \"a\"",
        2,
        "`application_name`",
    ),
    (
        "[backends.postgresql]\nconnection_timeout = \"1s\"",
        2,
        "`connect_timeout`",
    ),
    (
        "[backends.postgresql]\nstatment_timeout = \"1s\"",
        2,
        "`statement_timeout`",
    ),
    (
        "[backends.postgresql]\nidle_in_transaction_session_timeout = \"1s\"",
        2,
        "`idle_in_transaction_timeout`",
    ),
    (
        "[backends.dynamodb]\nendpoint_url = \"https://a\"",
        2,
        "`endpoint`",
    ),
    ("[backends.dynamodb]\nregoin = \"a\"", 2, "`region`"),
    ("[backends.dynamodb]\nprefix = \"a\"", 2, "`table_prefix`"),
    (
        "[backends.dynamodb]\naccess_key = { env = \"A\" }",
        2,
        "`access_key_id`",
    ),
    (
        "[backends.dynamodb]\nsecret_acces_key = \"a\"",
        2,
        "`secret_access_key`",
    ),
    (
        "[backends.dynamodb]\nsesion_token = \"a\"",
        2,
        "`session_token`",
    ),
    ("[backends.dynamodb]\nprofil = \"a\"", 2, "`profile`"),
    ("[backends.dynamodb]\nscan = \"deny\"", 2, "`scans`"),
    (
        "[backends.dynamodb]\nconsistent_read = true",
        2,
        "`consistent_reads`",
    ),
    (
        "[backends.dynamodb]\nretry_buget = \"1s\"",
        2,
        "`retry_budget`",
    ),
    (
        "[backends.dynamodb]\nrequest_timout = \"1s\"",
        2,
        "`request_timeout`",
    ),
    (
        "[backends.dynamodb]\nbiling = \"on-demand\"",
        2,
        "`billing`",
    ),
    (
        "[backends.dynamodb]\nread_capacities = 5",
        2,
        "`read_capacity`",
    ),
    (
        "[backends.dynamodb]\nwrite_capcity = 5",
        2,
        "`write_capacity`",
    ),
    // Inside the table of a secret.
    (
        "[backends.postgresql]\npassword = { evn = \"A\" }",
        2,
        "`env`",
    ),
    ("[backends.postgresql.password]\nfiel = \"a\"", 2, "`file`"),
    // Keys in the wrong section.
    ("[pool]\nreaders = 2", 2, "`readers` in `[backends.sqlite]`"),
    (
        "[pool]\nstatement_timeout = \"1s\"",
        2,
        "`statement_timeout` in `[backends.postgresql]`",
    ),
    ("[backends.postgresql]\nmax = 5", 2, "`max` in `[pool]`"),
    (
        "region = \"eu-central-1\"",
        1,
        "`region` in `[backends.dynamodb]`",
    ),
    ("readers = 2", 1, "`readers` in `[backends.sqlite]`"),
    (
        "[pool]\nbusy_timeout = \"1s\"",
        2,
        "`busy_timeout` in `[backends.sqlite]`",
    ),
    (
        "[cache]\nbackend = \"sqlite\"",
        2,
        "`backend` at the top of the file",
    ),
    // Sections.
    ("[pol]\nacquire_timeout = \"5s\"", 1, "`[pool]`"),
    ("[Cache]\nplans = 3", 1, "`[cache]`"),
    ("[log]\nparameters = true", 1, "`[logging]`"),
    ("\n\n[loadin]\nbatch = 5", 3, "`[loading]`"),
    (
        "[backend.sqlite]\npath = \"a.db\"",
        1,
        "`[backends.sqlite]`",
    ),
    (
        "[backnds.sqlite]\npath = \"a.db\"",
        1,
        "`[backends.sqlite]`",
    ),
    (
        "[backends.sqlight]\npath = \"a.db\"",
        1,
        "`[backends.sqlite]`",
    ),
    ("[sqlite]\npath = \"a.db\"", 1, "`[backends.sqlite]`"),
    (
        "[backend.postgresql]\nport = 5432",
        1,
        "`[backends.postgresql]`",
    ),
    (
        "[backends.postgres]\nport = 5432",
        1,
        "`[backends.postgresql]`",
    ),
    ("[postgres]\nport = 5432", 1, "`[backends.postgresql]`"),
    ("[dynamodb]\nscans = \"deny\"", 1, "`[backends.dynamodb]`"),
    (
        "[backends.dynamo]\nscans = \"deny\"",
        1,
        "`[backends.dynamodb]`",
    ),
    (
        "[profiles.test.backend.dynamodb]\nscans = \"deny\"",
        1,
        "`[profiles.test.backends.dynamodb]`",
    ),
    ("[profile.test.cache]\nplans = 3", 1, "`[profiles.NAME]`"),
    ("lodging = { parameters = true }", 1, "`[logging]`"),
    // Values.
    ("backend = \"sqlit\"", 1, "\"sqlite\""),
    ("backend = \"SQLite\"", 1, "\"sqlite\""),
    ("backend = \"sqlite3\"", 1, "\"sqlite\""),
    ("backend = \"postgres\"", 1, "\"postgresql\""),
    ("[backends.sqlite]\nexecution = \"thred\"", 2, "\"thread\""),
    (
        "[backends.sqlite]\nexecution = \"threads\"",
        2,
        "\"thread\"",
    ),
    (
        "[backends.sqlite]\nexecution = \"calller\"",
        2,
        "\"caller\"",
    ),
    (
        "[backends.sqlite]\nsynchronous = \"nromal\"",
        2,
        "\"normal\"",
    ),
    ("[backends.sqlite]\nsynchronous = \"FULL\"", 2, "\"full\""),
    ("[backends.sqlite]\npath = \":memroy:\"", 2, "\":memory:\""),
    (
        "[backends.sqlite]\npath = \"sqlite://shop.db\"",
        2,
        "\"shop.db\"",
    ),
    (
        "[backends.sqlite]\npath = \"~/shop.db\"",
        2,
        "\"${HOME}/shop.db\"",
    ),
    ("[backends.sqlite]\nbusy_timeout = \"5sec\"", 2, "\"5s\""),
    (
        "[backends.sqlite]\nbusy_timeout = \"250 ms\"",
        2,
        "\"250ms\"",
    ),
    ("[pool]\nacquire_timeout = \"2 Minutes\"", 2, "\"2m\""),
    ("[backends.sqlite]\ncache_size = \"16MB\"", 2, "\"16MiB\""),
    ("[backends.sqlite]\ncache_size = \"2g\"", 2, "\"2GiB\""),
    ("[logging]\nslow_query = \"of\"", 2, "\"off\""),
    ("[pool]\nidle_timeout = \"of\"", 2, "\"off\""),
    ("[pool]\nmax_lifetime = \"30min\"", 2, "\"30m\""),
    ("backend = \"dynamo\"", 1, "\"dynamodb\""),
    (
        "[backends.postgresql]\ntls = \"verify_full\"",
        2,
        "\"verify-full\"",
    ),
    (
        "[backends.postgresql]\ntls = \"encrypt\"",
        2,
        "\"encrypt-without-verification\"",
    ),
    (
        "[backends.dynamodb]\nbilling = \"ondemand\"",
        2,
        "\"on-demand\"",
    ),
    (
        "[backends.dynamodb]\nbilling = \"provisoned\"",
        2,
        "\"provisioned\"",
    ),
    ("[backends.dynamodb]\nscans = \"dney\"", 2, "\"deny\""),
    ("[backends.dynamodb]\nscans = \"alow\"", 2, "\"allow\""),
    (
        "[backends.postgresql]\nurl = \"postgresql://db/shop?aplication_name=a\"",
        2,
        "`application_name`",
    ),
    (
        "[backends.postgresql]\nurl = \"postgresql://db/shop?sslmod=require\"",
        2,
        "`sslmode`",
    ),
    (
        "[backends.postgresql]\nurl = \"postgresql://db/shop?tls=verfy-full\"",
        2,
        "`tls=verify-full`",
    ),
    // In profiles, chosen or not.
    ("[profiles.test]\nbackand = \"sqlite\"", 2, "`backend`"),
    (
        "[profiles.test.cash]\nplans = 3",
        1,
        "`[profiles.test.cache]`",
    ),
    (
        "[profiles.test.backends.sqlite]\npaths = \"a.db\"",
        2,
        "`path`",
    ),
    (
        "[profiles.test.sqlite]\npath = \"a.db\"",
        1,
        "`[profiles.test.backends.sqlite]`",
    ),
    (
        "[profiles.a.pool]\n\n[profiles.b.pool]\nacquire_timeot = \"5s\"",
        4,
        "`acquire_timeout`",
    ),
    (
        "[profiles.test.backends.sqlite]\nexecution = \"caler\"",
        2,
        "\"caller\"",
    ),
    (
        "[profiles.test.cache]\nbackend = 3",
        2,
        "`backend` in `[profiles.test]`",
    ),
    (
        "[profiles.test.cache]\nbatch = 3",
        2,
        "`batch` in `[profiles.test.loading]`",
    ),
];

#[test]
fn config_typo_is_an_error() {
    for (text, line, name) in TYPOS {
        let error = refuse(text);
        assert_eq!(error.line(), Some(*line), "{text}\n{error}");
        let help = error.help().unwrap_or_default();
        assert!(
            help.starts_with(&format!("did you mean {name}?")),
            "{text}\n{error}"
        );
        assert!(error.to_string().contains("^"), "{error}");
    }
}

#[test]
fn every_key_is_suggested_for_a_slip_of_the_hand() {
    for key in KEYS {
        let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
        let header = if section.is_empty() {
            String::new()
        } else {
            format!("[{section}]")
        };
        let (first, rest) = name.split_at(1);
        for slip in [
            format!("{name}x"),
            rest.to_owned(),
            format!("{first}{first}{rest}"),
        ] {
            let error = refuse(&format!("{header}\n{slip} = 1"));
            assert_eq!(error.kind(), ConfigErrorKind::UnknownKey, "{error}");
            assert_eq!(
                error.help(),
                Some(&*format!("did you mean `{name}`?")),
                "{error}"
            );
        }
    }
}

#[test]
fn a_name_that_is_near_to_nothing_gets_the_list_of_names() {
    let error = refuse("[cache]\nzzzzzz = 1");
    assert_eq!(
        error.help(),
        Some("what may stand here: `plans` or `statements`")
    );
    let error = refuse("zzzzzz = 1");
    assert_eq!(
        error.help(),
        Some(
            "what may stand here: `backend`, `[backends.sqlite]`, `[backends.postgresql]`, `[backends.dynamodb]`, \
             `[pool]`, `[cache]`, `[logging]`, `[loading]`, `[pages]`, `[development]` or `[profiles.NAME]`"
        )
    );
    let error = refuse("[backends.sqlite]\nexecution = \"zzz\"");
    assert_eq!(error.help(), Some("allowed: \"caller\" or \"thread\""));
    let error = refuse("[pool]\nacquire_timeout = \"soon\"");
    let help =
        "a duration is a whole number and `ms`, `s`, `m` or `h`, such as \"5s\" or \"250ms\"";
    assert_eq!(error.help(), Some(help));
}

#[test]
fn a_key_whose_behaviour_does_not_exist_is_refused() {
    for text in [
        "[backends.sqlite]\nforeign_keys = true",
        "[migrations]\nfolder = \"migrations\"",
        "[pool]\nsize = 5",
        "[cache]\nresults = 5",
    ] {
        let error = refuse(text);
        let kinds = [ConfigErrorKind::UnknownKey, ConfigErrorKind::UnknownSection];
        assert!(kinds.contains(&error.kind()), "{error}");
    }
}

#[test]
fn a_backend_that_is_not_in_this_build_is_told_apart_from_one_that_does_not_exist() {
    let backends = [
        BackendName::Sqlite,
        BackendName::PostgreSql,
        BackendName::DynamoDb,
    ];
    for backend in backends {
        let text = format!("\nbackend = \"{backend}\"");
        if backend.is_compiled() {
            assert_eq!(parse(&text).backend, backend);
            continue;
        }
        let error = refuse(&text);
        assert_eq!(error.kind(), ConfigErrorKind::BackendNotCompiled, "{error}");
        assert_eq!(
            error.message(),
            format!("the backend `{backend}` is not compiled in")
        );
        let help = error.help().unwrap_or_default();
        let feature = format!("add the feature `{backend}` of the crate `toasty`; this build has ");
        assert!(help.starts_with(&feature), "{error}");
        for other in backends {
            let is_listed = help[feature.len()..].contains(&format!("`{other}`"));
            assert_eq!(is_listed, other.is_compiled(), "{error}");
        }
        assert_eq!(error.line(), Some(2));
    }
    assert_eq!(
        refuse("backend = \"oracle\"").kind(),
        ConfigErrorKind::BadValue
    );
    assert_eq!(
        refuse("backend = \"oracle\"").help(),
        Some("allowed: \"sqlite\", \"postgresql\" or \"dynamodb\"")
    );
}

#[test]
fn the_section_of_a_backend_that_is_not_in_this_build_is_checked() {
    let text = "[backends.postgresql]\nport = 5433\n[backends.dynamodb]\nscans = \"allow\"";
    assert_eq!(parse(text).postgresql.port, 5433);
    assert_eq!(
        refuse("[backends.postgresql]\nport = 0").kind(),
        ConfigErrorKind::OutOfRange
    );
    assert_eq!(
        refuse("[backends.dynamodb]\nscans = \"never\"").kind(),
        ConfigErrorKind::BadValue
    );
}

#[test]
fn a_quoted_key_with_dots_is_not_a_path() {
    for text in [
        "\"cache.plans\" = 3",
        "[profiles.a]\n\"cache.plans\" = 3",
        "[\"backends.sqlite\"]\npath = \"a\"",
    ] {
        let error = refuse(text);
        let kinds = [ConfigErrorKind::UnknownKey, ConfigErrorKind::UnknownSection];
        assert!(kinds.contains(&error.kind()), "{error}");
    }
    assert_eq!(parse("cache.plans = 3"), parse("cache = { plans = 3 }"));
}

#[test]
fn a_section_and_a_key_are_not_taken_for_each_other() {
    let error = refuse("pool = 5");
    assert_eq!(error.kind(), ConfigErrorKind::WrongType);
    assert_eq!(error.message(), "`[pool]` is a section, not a whole number");
    let error = refuse("[[cache]]\nplans = 3");
    assert_eq!(
        (error.line(), error.kind()),
        (Some(1), ConfigErrorKind::WrongType)
    );
    let error = refuse("[profiles]\ntest = 3");
    assert_eq!(
        (error.line(), error.message()),
        (
            Some(2),
            "`[profiles.test]` is a section, not a whole number"
        )
    );
    let error = refuse("[cache.plans]");
    assert_eq!(
        (error.line(), error.message()),
        (Some(1), "`plans` is a key, not a section")
    );
    assert_eq!(error.help(), Some("write it as `plans = …`"));
    let error = refuse("[profiles.a.profiles.b]");
    assert_eq!(error.message(), "a profile cannot hold profiles");
}

#[test]
fn a_misspelt_secret_that_is_kept_elsewhere_is_a_key() {
    for (text, name) in [
        (
            "[backends.postgresql]\npasword = { env = 'A' }",
            "`password`",
        ),
        ("[pages]\nkye = { file = '/run/key' }", "`key`"),
        (
            "[profiles.a.backends.dynamodb]\nsecret_acces_key = { env = 'A' }",
            "`secret_access_key`",
        ),
    ] {
        let error = refuse(text);
        assert_eq!(error.kind(), ConfigErrorKind::UnknownKey, "{error}");
        assert!(error.message().starts_with("unknown key"), "{error}");
        assert!(
            error.help().is_some_and(|help| help.contains(name)),
            "{error}"
        );
    }
}

#[test]
fn a_section_of_backends_without_its_last_letter_is_told_so() {
    for text in [
        "[backend.sqlite]\npath = 'a.db'",
        "backend = 'sqlite'\n[backend.sqlite]\npath = 'a.db'",
        "backend = 'sqlite'\nbackend.sqlite.path = 'a.db'",
    ] {
        let error = refuse(text);
        assert_eq!(
            error.help(),
            Some("did you mean `[backends.sqlite]`?"),
            "{error}"
        );
    }
}
