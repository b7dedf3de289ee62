//! Enums whose values have names that outputs write, each said once.

/// An enum with the name of each value after it: gives `ALL`, its values in their order, and `name`.
macro_rules! named {
    ($(#[$about:meta])* $visible:vis enum $kind:ident { $($(#[$says:meta])* $value:ident = $name:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible enum $kind {
            $($(#[$says])* $value,)+
        }

        impl $kind {
            /// All of them, in order.
            pub const ALL: &'static [$kind] = &[$($kind::$value,)+];

            /// The name as outputs and reports write it.
            pub fn name(self) -> &'static str {
                match self {
                    $($kind::$value => $name,)+
                }
            }
        }
    };
}
