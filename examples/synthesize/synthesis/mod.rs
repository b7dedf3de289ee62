//! Invented cables of every form with the values a parser must find in them, from a seed.
//!
//! A model says what a cable means; rendering writes it down as the main dialect does; damage, where asked for,
//! spoils it in one known way. Telegrams of 1973-79 have a model of their own, and are written as the National Archives
//! keep them. `forms` writes cables as dumps and pages have them. Used by the example `synthesize` and by the model-based
//! test.

mod aad;
mod body;
pub mod damage;
mod facts;
pub mod forms;
mod header;
pub mod model;
mod preamble;
mod prose;
pub mod random;
mod render;
mod telegram;

use cablegram::cable::Cable;

use damage::Damage;
use forms::Columns;
use model::Model;
use prose::Prose;
use random::Random;

/// Invents cables; the same seed and index give the same bytes on every machine.
pub struct Generator {
    prose: Prose,
    seed: u64,
    damaged_percent: usize,
}

/// One invented cable.
pub struct Synthetic {
    /// Where it is filed: `2009/06/09ASTANA1005.txt`.
    pub path: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// The values a parser must find, but for its own findings.
    pub expected: Cable,
    /// How it was spoilt.
    pub damage: Option<Damage>,
}

impl Generator {
    /// A generator that spoils `damaged_percent` of a hundred cables, each in one way.
    pub fn new(seed: u64, damaged_percent: usize) -> Generator {
        Generator { prose: Prose::new(), seed, damaged_percent }
    }

    /// The telegram `index` of 1973-79, in the text file of its record.
    pub fn telegram(&self, index: u64) -> Synthetic {
        telegram::invent(&self.prose, self.seed, index)
    }

    /// The cable `index` in the columns of the dumps, never spoilt; and where its page is filed.
    pub fn columns(&self, index: u64) -> (String, Columns) {
        let model = Model::new(&self.prose, self.seed, index);
        let (mut header, mut body) = (String::new(), String::new());
        render::header(&model, &mut header);
        render::body(&model, &mut body);
        let columns = Columns {
            number: index + 1,
            id: model.cable.mrn_as_found.clone(),
            title: render::title(&model),
            sent: model.sent,
            classification: model.secrecy.envelope,
            origin: model.sender.origin,
            header,
            body,
        };
        (model.path(), columns)
    }

    /// The cable `index`.
    pub fn cable(&self, index: u64) -> Synthetic {
        let model = Model::new(&self.prose, self.seed, index);
        let mut text = render::render(&model);
        let path = model.path();
        let mut expected = model.cable;
        expected.title = text.lines().nth(1).map(str::to_owned);
        let mut random = Random::new(!self.seed, index);
        let wanted = random.chance(self.damaged_percent);
        let damage = wanted.then(|| Damage::ALL[random.below(Damage::ALL.len())]);
        let damage = damage.filter(|damage| damage.spoil(&mut text, &mut expected));
        let bytes = damage.map_or_else(|| text.clone().into_bytes(), |damage| damage.encode(&text));
        Synthetic { path, bytes, expected, damage }
    }
}
