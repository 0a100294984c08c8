using Spectre.Console;

namespace Sagas.Worker.CommandLine.Output;

/// <summary>A part of a line, in one colour.</summary>
internal readonly record struct TextRun(string Text, Style Style);
