// Every bound of the analysis, in one place. Bounds are counts, never time, so that a result depends neither on the machine nor
// on the order of files. A bound that is reached is told in the finding and in coverage, but for those of short walks: of what lies
// behind them nothing is known, as of what is not written.

export const limits = {
  /** Elements of an access path; longer ones are cut, and then mean everything below. */
  pathDepth: 5,
  /** Access paths under which content is told apart in one value, and in what is passed into one parameter; where there are more,
   * further ones are cut to their first element, and then mean everything below. */
  pathsPerValue: 4,
  /** Facts that one origin may reach. */
  factsPerOrigin: 20_000,
  /** Ways to one fact that are remembered beside the first. */
  waysPerFact: 16,
  /** Facts of one way from a model call to a sink. */
  factsPerWay: 5_000,
  /** Values that a change is followed back through, to whoever else holds the object. */
  stepsPerChange: 40,
  /** Arrivals at one sink that are looked at, and places at which its write may stand. */
  arrivalsPerSink: 24,
  /** Ways to one sink that are kept beside the one that is shown, for keys that hold reasoning. */
  othersPerSink: 8,
  /** Repetitions of one model call that are told apart. */
  repetitionsPerOrigin: 40,
  /** Facts followed to find the callers of one function. */
  factsPerFunction: 600,
  /** Facts followed to find the modules that clients made in one module are handed to. */
  factsPerClient: 400,
  /** Contexts told apart in one unit of work; further closures share the context of whoever calls. */
  contexts: 400,
  /** Generations of contexts: a function that is wrapped around itself would have a context for each time. */
  contextGenerations: 2,
  /** Answers of backward questions that units of work may share; then they are asked anew, so that memory does not grow. Not less:
   * what was found before is kept as long as a unit rests on it, and would be kept twice. */
  answersKept: 200_000,
  /** Answers of all kinds that were found since, also those that hold no more or that nobody will ask for again. */
  tracesKept: 300_000,
  /** Caller questions that one caller question may ask in turn, nested. */
  callerDepth: 40,
  /** Caller questions of one unit of work; later ones find nobody. */
  callerQuestions: 20_000,
  /** Facts followed in all caller questions of one unit of work; then each gets the smaller share. */
  callerFacts: 1_000_000,
  callerFactsLeft: 60,
  /** Callers of one function that are followed. */
  callersPerFunction: 400,
  /** Steps of one backward question. */
  stepsPerQuestion: 600,
  /** Answers of one backward question; where they are functions, so many. */
  answersPerQuestion: 24,
  functionsPerQuestion: 60,
  /** Backward questions that one question may ask in turn, nested. */
  questionDepth: 100,
  /** Rounds in which the questions of a circle are asked, each given what it was answered in the round before. */
  roundsPerCircle: 4,
  /** How often one question is asked anew since its circle does not close; then it is answered by what was found. */
  triesPerQuestion: 8,
  /** Files woken for one exported name. */
  filesPerName: 60,
  /** Classes derived from one, directly or through others. */
  classesPerFamily: 24,
  /** Places that are followed where the value of one write is read back. */
  readersPerWrite: 24,
  /** Values looked at to find out how an index is made. */
  nodesPerSelector: 160,
  /** States of an object that are looked at to tell what record it is. */
  statesPerRecord: 24,
  /** Keys that the callers of a helper give to what sets or reads a field by its name. */
  keysPerCall: 8,
  /** Calls, one inside the other, that are told apart where a helper reads for several. */
  framesPerReader: 3,
  /** Callers that are asked one by one for the name that they hand to a helper that reads. */
  callersPerReader: 40,
  /** Ways by which a write was handed its name, one by one; where there are more, it is written under all names that any caller gives. */
  framesPerWrite: 16,
  /** Steps back from what is walked to where it was cut. */
  stepsPerCut: 12,
  /** Steps back from the first of a collection to where it was put into its order. */
  stepsPerOrder: 12,
  /** Places passed on the way back from where one credential is given; objects looked at for those of one model call. */
  waysPerQuestion: 400,
  objectsPerOrigin: 24,
  /** Places that the text of one key is put together from. */
  stepsPerKey: 400,
  /** Steps that the text of a key is evaluated back, nested; texts that it may be; facts followed to find where its name goes. */
  keyDepth: 24,
  textsPerKey: 6,
  factsPerKey: 400,
  /** Levels of callers looked at for volume; wrappers beside what they wrap, its only callers, are none. */
  volumeDepth: 10,
  /** Call sites looked at for the volume of one origin, beside those of wrappers. */
  volumeSites: 300,
  /** A loop over fewer items than this is a demonstration, not volume. */
  fewItems: 20,
  /** Sinks kept for one origin. */
  sinksPerOrigin: 60,
  /** Names under which one call writes. */
  namesPerWrite: 12,
  /** Short walks: nodes looked at to tell what a value is made of or goes into, in one function. */
  nodesPerWalk: 80,
  /** Nodes looked at in one loop for what goes from one of its rounds to the next. */
  nodesPerRound: 600,
  /** Values passed on the way back to where the items that are walked come from, and to the texts of one prompt. */
  nodesPerItems: 200,
  nodesPerPrompt: 240,
  /** Texts of one prompt that are kept. */
  textsPerPrompt: 20,
  /** Calls that made one client, each from another. */
  clientsPerOrigin: 12,
  /** Names and members, one behind the other, that a callee is written with. */
  namesPerChain: 12,
  /** Modules that export one name, each from another. */
  exportsPerName: 40,
  /** Classes that one derives from. */
  basesPerClass: 12,
  /** Records, one inside the other, that options of a model call are read from. */
  optionDepth: 2,
  /** Calls, one inside the other, that hand a callable on to what calls it. */
  handedDepth: 2,
} as const;
