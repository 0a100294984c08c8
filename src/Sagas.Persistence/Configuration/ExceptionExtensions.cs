namespace Sagas.Persistence.Configuration;

internal static class ExceptionExtensions
{
    /// <summary>The exception and what caused it, one after the other; nothing if there is none.</summary>
    public static IEnumerable<Exception> Causes(this Exception? exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
