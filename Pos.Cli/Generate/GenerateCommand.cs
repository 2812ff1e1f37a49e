using System.CommandLine;
using System.Globalization;
using System.Text;
using Pos.Import.Csv;

namespace Pos.Cli.Generate;

/// <summary><c>pos generate --rows N --seed S</c>: generates a CSV file like real till data.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var rows = new Option<int>("--rows") { Description = "Number of rows without the header.", Required = true };
        rows.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--rows must be at least 1.");
        });
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of the random numbers. The same seed gives the same file.",
            DefaultValueFactory = _ => 1,
        };
        var from = new Option<DateOnly>("--from")
        {
            Description = "First day, such as 2025-01-01.",
            DefaultValueFactory = _ => new DateOnly(2025, 1, 1),
            CustomParser = result =>
            {
                if (
                    !DateOnly.TryParseExact(
                        result.Tokens[0].Value,
                        "yyyy-MM-dd",
                        CultureInfo.InvariantCulture,
                        DateTimeStyles.None,
                        out var day
                    )
                )
                    result.AddError($"--from takes a day such as 2025-01-01, not '{result.Tokens[0].Value}'.");
                return day;
            },
        };
        var days = new Option<int>("--days")
        {
            Description = "Number of days that the rows cover.",
            DefaultValueFactory = _ => 365,
        };
        var output = new Option<FileInfo?>("--out") { Description = "File to write to. Default: standard output." };
        var command = new Command("generate", "Generates a CSV file like real till data, including its irregularities.")
        {
            rows,
            seed,
            from,
            days,
            output,
        };
        command.SetAction(arguments =>
        {
            var generator = new TillRowGenerator(
                arguments.GetValue(rows),
                arguments.GetValue(seed),
                arguments.GetValue(from),
                arguments.GetValue(days)
            );
            using var stream = arguments.GetValue(output) is { } file ? file.Create() : Console.OpenStandardOutput();
            using var writer = new StreamWriter(
                stream,
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                64 * 1024
            );
            Write(generator.Generate(), writer);
            return ExitCodes.Done;
        });
        return command;
    }

    internal static void Write(IEnumerable<TillRow> rows, TextWriter writer)
    {
        var csv = new PurchaseCsvWriter(writer);
        csv.WriteHeader();
        foreach (var row in rows)
            row.WriteTo(csv);
    }
}
