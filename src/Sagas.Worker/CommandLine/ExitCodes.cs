namespace Sagas.Worker.CommandLine;

/// <summary>What the program's exit code says, whatever the command. 3 is the consumer watchdog's.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and well.</summary>
    public const int Ok = 0;

    /// <summary>What was asked about is not well, or what was asked for was refused.</summary>
    public const int NotWell = 1;

    /// <summary>The command line or the configuration is wrong. Nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The worker, or the database, did not answer. The same again may succeed later.</summary>
    public const int Unreachable = 4;

    /// <summary>The exit codes for the help texts.</summary>
    public const string Help =
        "Exit codes: 0 done and well; 1 not well, or refused; 2 wrong command line or configuration; 3 the worker "
        + "ended itself because it no longer received messages; 4 the worker or its database does not answer.";
}
