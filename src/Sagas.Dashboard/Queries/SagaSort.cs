namespace Sagas.Dashboard.Queries;

/// <summary>The order of a list of sagas.</summary>
internal enum SagaSort
{
    /// <summary>The last started first.</summary>
    Newest,

    /// <summary>
    /// First the suspended ones, the last started first; then those in progress, the longest due first; then those that
    /// have ended, the last started first.
    /// </summary>
    Attention,
}
