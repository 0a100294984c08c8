namespace Sagas.Worker.CommandLine.Checking;

/// <summary>How a check came out.</summary>
internal enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>The worker does its work, but somebody should look.</summary>
    Warn,

    /// <summary>The worker cannot do its work.</summary>
    Fail,
}
