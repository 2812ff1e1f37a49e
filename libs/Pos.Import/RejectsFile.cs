using System.Globalization;
using System.Text;
using Pos.Import.Csv;

namespace Pos.Import;

/// <summary>
/// A CSV of the rows that were refused, with their numbers and every reason. Not there when none was.
/// </summary>
/// <param name="path">Where it goes.</param>
/// <param name="append">Whether an earlier replay's rejects stay, which this one continues.</param>
internal sealed class RejectsFile(string path, bool append) : IDisposable
{
    private StreamWriter? _writer;

    public string Path => path;

    public void Add(CsvRejectedRow row)
    {
        if (_writer is null)
        {
            var goesOn = append && File.Exists(path);
            _writer = new StreamWriter(
                path,
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                new FileStreamOptions
                {
                    Mode = goesOn ? FileMode.Append : FileMode.Create,
                    Access = FileAccess.Write,
                    Share = FileShare.Read | FileShare.Delete,
                }
            );
            if (!goesOn)
                _writer.Write("row_number,errors,row\n");
        }
        var reasons = string.Join("; ", row.Errors.Select(error => $"{error.Field}: {error.Code}: {error.Message}"));
        _writer.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Row},{Quoted(reasons)},{Quoted(SpreadsheetText.Guarded(row.Text))}\n"
            )
        );
    }

    public void Flush() => _writer?.Flush();

    public void Dispose() => _writer?.Dispose();

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
