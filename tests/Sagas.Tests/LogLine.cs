using Microsoft.Extensions.Logging;

namespace Sagas.Tests;

/// <summary>What was logged at once.</summary>
/// <param name="Category">By whom.</param>
/// <param name="Level">How grave it is.</param>
/// <param name="EventId">What it is about.</param>
/// <param name="Message">What it says.</param>
/// <param name="Exception">What was thrown, if anything.</param>
internal sealed record LogLine(string Category, LogLevel Level, int EventId, string Message, Exception? Exception);
