using System.Net.Mime;
using System.Text;
using Pos.Contracts.Http;
using Pos.Ui.Components;
using Pos.Ui.Formats;

namespace Pos.Ui;

/// <summary>
/// CSV files to download. Long lists are written page by page, so they take no memory; a file that a service could not
/// finish ends in an error, not as if whole.
/// </summary>
internal static class Exports
{
    private const string MediaType = "text/csv; charset=utf-8";

    /// <summary>A whole file, of an answer that is there at once.</summary>
    public static IResult File<T>(Answer<T> answer, string name, string header, Func<T, IEnumerable<CsvLine>> lines)
        where T : class =>
        answer.Value is { } value
            ? TypedResults.File(
                Encoding.UTF8.GetBytes(CsvLine.ByteOrderMark + header + string.Concat(lines(value))),
                MediaType,
                SafeName(name)
            )
            : Problem(answer.Failure!);

    /// <summary>A list in pages.</summary>
    public static async Task<IResult> ListAsync<T>(
        Func<string?, CancellationToken, Task<Answer<Page<T>>>> load,
        string name,
        string header,
        Func<T, CsvLine> line,
        CancellationToken cancellationToken
    )
    {
        var first = await load(null, cancellationToken);
        if (first.Value is null)
            return Problem(first.Failure!);
        return TypedResults.Stream(
            async body =>
            {
                await using var writer = new StreamWriter(
                    body,
                    new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)
                );
                await writer.WriteAsync(header);
                for (var page = first.Value; ; page = await NextAsync(page.Next))
                {
                    foreach (var item in page.Items)
                        await writer.WriteAsync(line(item).ToString());
                    if (page.Next is null)
                        return;
                }
            },
            MediaType,
            SafeName(name)
        );

        async Task<Page<T>> NextAsync(string? cursor)
        {
            var answer = await load(cursor, cancellationToken);
            return answer.Value ?? throw new IOException(answer.Failure!.Text);
        }
    }

    private static IResult Problem(Failure failure) =>
        TypedResults.Problem(
            failure.Text,
            statusCode: failure switch
            {
                NotFound => StatusCodes.Status404NotFound,
                ServiceUnavailable => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status400BadRequest,
            }
        );

    private static string SafeName(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '_'));
}
