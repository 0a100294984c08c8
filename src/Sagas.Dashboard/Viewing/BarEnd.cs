namespace Sagas.Dashboard.Viewing;

/// <summary>How a bar of the timeline ends.</summary>
internal enum BarEnd
{
    /// <summary>It goes on, or something else follows at once.</summary>
    Open,

    /// <summary>The step has had its effect.</summary>
    Succeeded,

    /// <summary>It was refused: there is no effect.</summary>
    Failed,

    /// <summary>No answer came: it may have had its effect.</summary>
    Unknown,

    /// <summary>The step is undone.</summary>
    Undone,

    /// <summary>The saga was suspended here.</summary>
    Suspended,

    /// <summary>An operator went on without the step.</summary>
    Skipped,
}
