using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Pos.Ui.Import;

/// <summary>
/// The way of files: in, past the page's connection, which is for small messages; and the rejects out.
/// </summary>
internal static class ImportApi
{
    private const string Csv = "text/csv";
    private const int LongestName = 200;

    public static void MapImport(this IEndpointRouteBuilder app)
    {
        app.MapPost("/import/files", ReceiveAsync);
        app.MapGet("/exports/imports/{id}/rejects", Rejects);
    }

    /// <summary>
    /// Takes a file. It must come as text/csv, which another site's page cannot send without having asked (CORS,
    /// "CORS-safelisted request-header").
    /// </summary>
    internal static async Task<Results<Created, ProblemHttpResult>> ReceiveAsync(
        string name,
        HttpRequest request,
        Imports imports,
        CancellationToken cancellationToken
    )
    {
        if (request.ContentType is not Csv)
            return TypedResults.Problem(
                $"A file is sent as {Csv}.",
                statusCode: StatusCodes.Status415UnsupportedMediaType
            );
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = imports.MaximumFileBytes;
        try
        {
            var import = await imports.ReceiveAsync(
                name.Length > LongestName ? name[..LongestName] : name,
                request.Body,
                cancellationToken
            );
            return TypedResults.Created($"/import/{import.Id}");
        }
        catch (BadHttpRequestException refused)
        {
            return TypedResults.Problem(
                refused.StatusCode is StatusCodes.Status413PayloadTooLarge ? "The file is too large." : refused.Message,
                statusCode: refused.StatusCode
            );
        }
        catch (IOException full) when (!cancellationToken.IsCancellationRequested)
        {
            return TypedResults.Problem(
                $"The server could not keep the file: {full.Message}",
                statusCode: StatusCodes.Status507InsufficientStorage
            );
        }
    }

    /// <summary>The rows that were rejected so far, with their numbers and every reason.</summary>
    internal static Results<PushStreamHttpResult, NotFound> Rejects(string id, Imports imports)
    {
        if (imports.Find(id) is not { } import || !File.Exists(import.RejectsPath))
            return TypedResults.NotFound();
        return TypedResults.Stream(
            async output =>
            {
                await using var rejects = new FileStream(
                    import.RejectsPath,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete
                );
                await output.WriteAsync(Encoding.UTF8.Preamble.ToArray()); // so that spreadsheets read UTF-8
                await rejects.CopyToAsync(output);
            },
            Csv,
            Path.GetFileNameWithoutExtension(import.Name) + ".rejects.csv"
        );
    }
}
