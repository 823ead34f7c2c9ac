//! Large models and many models: cost is linear and no recursion limit shows.
//!
//! The text of the large ones is made by macros here, since nobody wants to read it.

#![allow(missing_docs, clippy::unwrap_used)]

use toasty_dsl::create;
use toasty_dsl::field::Model;
use toasty_dsl::write::IntoStatement;

/// Calls a macro with 150 names: 100, and 50 more.
macro_rules! with_150_fields {
    ($($call:tt)*) => {
        $($call)* {{
            f000 f001 f002 f003 f004 f005 f006 f007 f008 f009 f010 f011 f012 f013 f014 f015 f016 f017 f018 f019 f020 f021 f022 f023 f024
            f025 f026 f027 f028 f029 f030 f031 f032 f033 f034 f035 f036 f037 f038 f039 f040 f041 f042 f043 f044 f045 f046 f047 f048 f049
            f050 f051 f052 f053 f054 f055 f056 f057 f058 f059 f060 f061 f062 f063 f064 f065 f066 f067 f068 f069 f070 f071 f072 f073 f074
            f075 f076 f077 f078 f079 f080 f081 f082 f083 f084 f085 f086 f087 f088 f089 f090 f091 f092 f093 f094 f095 f096 f097 f098 f099
        } {
            f100 f101 f102 f103 f104 f105 f106 f107 f108 f109 f110 f111 f112 f113 f114 f115 f116 f117 f118 f119 f120 f121 f122 f123 f124
            f125 f126 f127 f128 f129 f130 f131 f132 f133 f134 f135 f136 f137 f138 f139 f140 f141 f142 f143 f144 f145 f146 f147 f148 f149
        }}
    };
}

macro_rules! wide_model {
    ({ $($field:ident)* } { $($more:ident)* }) => {
        toasty_dsl::toasty! {
            pub model Wide {
                id: u64 [key, auto],
                $( $field: String, )*
                $( $more: String = "text", )*
            }
        }
    };
}

macro_rules! wide_row {
    ({ $($field:ident)* } { $($more:ident)* }) => { create!(Wide { $( $field: "text", )* $( $more: "text", )* }) };
}

macro_rules! wide_row_of_expressions {
    ({ $($field:ident)* } { $($more:ident)* }) => { create!(Wide { $( $field: String::from("text"), )* }) };
}

with_150_fields!(wide_model!);

#[test]
fn a_model_has_150_columns() {
    assert_eq!(Wide::DEF.columns.len(), 151);
}

#[test]
fn a_row_of_150_fields_is_created_in_one_go() {
    let (_, params) = with_150_fields!(wide_row!).into_statement().unwrap();
    assert_eq!(params.len(), 150);
}

#[test]
fn each_of_100_values_may_be_an_expression() {
    let (_, params) = with_150_fields!(wide_row_of_expressions!)
        .into_statement()
        .unwrap();
    assert_eq!(params.len(), 150);
}

/// 200 models in one block, in rings of ten: each belongs to the next and has many of the one before it.
mod many {
    use toasty_dsl::{BelongsTo, HasMany};

    macro_rules! rings {
        ($( $before:ident $name:ident $next:ident; )*) => {
            toasty_dsl::toasty! {
                $(
                    pub model $name [index(name, next_id)] {
                        id: u64 [key, auto],
                        name: String [unique],
                        next_id: u64 [index],
                        next: BelongsTo<$next>,
                        before: HasMany<$before>,
                    }
                )*
            }

            pub(super) const NAMES: &[&str] = &[ $( <$name as toasty_dsl::Model>::DEF.name ),* ];
        };
    }

    rings! {
        M009 M000 M001; M000 M001 M002; M001 M002 M003; M002 M003 M004; M003 M004 M005;
        M004 M005 M006; M005 M006 M007; M006 M007 M008; M007 M008 M009; M008 M009 M000;
        M019 M010 M011; M010 M011 M012; M011 M012 M013; M012 M013 M014; M013 M014 M015;
        M014 M015 M016; M015 M016 M017; M016 M017 M018; M017 M018 M019; M018 M019 M010;
        M029 M020 M021; M020 M021 M022; M021 M022 M023; M022 M023 M024; M023 M024 M025;
        M024 M025 M026; M025 M026 M027; M026 M027 M028; M027 M028 M029; M028 M029 M020;
        M039 M030 M031; M030 M031 M032; M031 M032 M033; M032 M033 M034; M033 M034 M035;
        M034 M035 M036; M035 M036 M037; M036 M037 M038; M037 M038 M039; M038 M039 M030;
        M049 M040 M041; M040 M041 M042; M041 M042 M043; M042 M043 M044; M043 M044 M045;
        M044 M045 M046; M045 M046 M047; M046 M047 M048; M047 M048 M049; M048 M049 M040;
        M059 M050 M051; M050 M051 M052; M051 M052 M053; M052 M053 M054; M053 M054 M055;
        M054 M055 M056; M055 M056 M057; M056 M057 M058; M057 M058 M059; M058 M059 M050;
        M069 M060 M061; M060 M061 M062; M061 M062 M063; M062 M063 M064; M063 M064 M065;
        M064 M065 M066; M065 M066 M067; M066 M067 M068; M067 M068 M069; M068 M069 M060;
        M079 M070 M071; M070 M071 M072; M071 M072 M073; M072 M073 M074; M073 M074 M075;
        M074 M075 M076; M075 M076 M077; M076 M077 M078; M077 M078 M079; M078 M079 M070;
        M089 M080 M081; M080 M081 M082; M081 M082 M083; M082 M083 M084; M083 M084 M085;
        M084 M085 M086; M085 M086 M087; M086 M087 M088; M087 M088 M089; M088 M089 M080;
        M099 M090 M091; M090 M091 M092; M091 M092 M093; M092 M093 M094; M093 M094 M095;
        M094 M095 M096; M095 M096 M097; M096 M097 M098; M097 M098 M099; M098 M099 M090;
        M109 M100 M101; M100 M101 M102; M101 M102 M103; M102 M103 M104; M103 M104 M105;
        M104 M105 M106; M105 M106 M107; M106 M107 M108; M107 M108 M109; M108 M109 M100;
        M119 M110 M111; M110 M111 M112; M111 M112 M113; M112 M113 M114; M113 M114 M115;
        M114 M115 M116; M115 M116 M117; M116 M117 M118; M117 M118 M119; M118 M119 M110;
        M129 M120 M121; M120 M121 M122; M121 M122 M123; M122 M123 M124; M123 M124 M125;
        M124 M125 M126; M125 M126 M127; M126 M127 M128; M127 M128 M129; M128 M129 M120;
        M139 M130 M131; M130 M131 M132; M131 M132 M133; M132 M133 M134; M133 M134 M135;
        M134 M135 M136; M135 M136 M137; M136 M137 M138; M137 M138 M139; M138 M139 M130;
        M149 M140 M141; M140 M141 M142; M141 M142 M143; M142 M143 M144; M143 M144 M145;
        M144 M145 M146; M145 M146 M147; M146 M147 M148; M147 M148 M149; M148 M149 M140;
        M159 M150 M151; M150 M151 M152; M151 M152 M153; M152 M153 M154; M153 M154 M155;
        M154 M155 M156; M155 M156 M157; M156 M157 M158; M157 M158 M159; M158 M159 M150;
        M169 M160 M161; M160 M161 M162; M161 M162 M163; M162 M163 M164; M163 M164 M165;
        M164 M165 M166; M165 M166 M167; M166 M167 M168; M167 M168 M169; M168 M169 M160;
        M179 M170 M171; M170 M171 M172; M171 M172 M173; M172 M173 M174; M173 M174 M175;
        M174 M175 M176; M175 M176 M177; M176 M177 M178; M177 M178 M179; M178 M179 M170;
        M189 M180 M181; M180 M181 M182; M181 M182 M183; M182 M183 M184; M183 M184 M185;
        M184 M185 M186; M185 M186 M187; M186 M187 M188; M187 M188 M189; M188 M189 M180;
        M199 M190 M191; M190 M191 M192; M191 M192 M193; M192 M193 M194; M193 M194 M195;
        M194 M195 M196; M195 M196 M197; M196 M197 M198; M197 M198 M199; M198 M199 M190;
    }
}

#[test]
fn one_block_holds_200_models() {
    assert_eq!(many::NAMES.len(), 200);
    assert!(toasty_dsl::schema::models().len() > 200);
}
