using System.CommandLine;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>Why an operator does something.</summary>
internal static class ReasonOption
{
    public static Option<string> Create(string description)
    {
        var option = new Option<string>("--reason") { Description = description, Required = true };
        option.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
            {
                result.AddError("--reason is empty: say why.");
            }
        });
        return option;
    }
}
