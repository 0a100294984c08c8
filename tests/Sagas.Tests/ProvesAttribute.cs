namespace Sagas.Tests;

/// <summary>Marks a test as proof of a row of <c>docs/failure-matrix.md</c>.</summary>
/// <param name="row">The row's id, its last column.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ProvesAttribute(string row) : Attribute
{
    /// <summary>The row's id.</summary>
    public string Row => row;
}
