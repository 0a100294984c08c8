namespace Sagas.Engine.Definitions;

/// <summary>
/// What a saga definition may hold. The JSON schema repeats these numbers; a test keeps the two equal.
/// </summary>
internal static class DefinitionLimits
{
    public const int MaxFileBytes = 1024 * 1024;
    public const int MaxDescriptionLength = 2000;
    public const int MaxSteps = 100;
    public const int MaxRetries = 100;
    public const double MaxJitter = 1;

    /// <summary>Names of definitions and steps.</summary>
    public const string NamePattern = "^[a-z0-9][a-z0-9._-]{0,99}$";

    /// <summary>
    /// Queue names that every transport takes; <c>sagas</c> and <c>sagas.http</c> are the worker's own, <c>amq.</c> the
    /// broker's.
    /// </summary>
    public const string QueuePattern = "^(?!sagas$|sagas\\.http$|amq\\.)[A-Za-z0-9_][A-Za-z0-9._:-]{0,254}$";

    public static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(30);
    public static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(1);
    public static readonly TimeSpan MaxInterval = TimeSpan.FromDays(1);
}
