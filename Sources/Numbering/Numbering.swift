// What telephone numbers mean in the numbering plans of all countries, over libphonenumber.
//
// A text is read with the region in which it was typed ("07700 900123" in Great Britain) and becomes
// E.164; a number in E.164 is written as people of a region write it. The plans' data comes with the
// library, so it is as new as the package. Pure: nothing is looked up, and nobody is called. Whether a
// number is in service is for the network to say.
