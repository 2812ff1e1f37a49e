using System.Globalization;
using System.Text;
using System.Xml;
using LocalCloud.Objects.Bodies;
using LocalCloud.Protocol;

namespace LocalCloud.Objects;

/// <summary>Writes and reads S3's XML.</summary>
internal static class S3Xml
{
    private const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    private const int MaxRequestBytes = 8 * 1024 * 1024; // A thousand keys of 1,024 escaped bytes.

    // Keys may have control characters. S3 writes them as references, which only lenient XML 1.0 readers accept.
    private static readonly XmlWriterSettings s_writing = new()
    {
        Encoding = new UTF8Encoding(false),
        CheckCharacters = false,
    };
    private static readonly XmlReaderSettings s_reading = new()
    {
        CheckCharacters = false,
        DtdProcessing = DtdProcessing.Prohibit,
        IgnoreWhitespace = true,
    };

    public static Task WriteAsync(S3Request request, string root, Action<XmlWriter> content) =>
        WriteAsync(request.Context, root, Namespace, content);

    public static async Task WriteErrorAsync(HttpContext context, AwsException error, string resource)
    {
        context.Response.StatusCode = error.StatusCode;
        if (HttpMethods.IsHead(context.Request.Method) || error.StatusCode == StatusCodes.Status304NotModified)
            return;
        await WriteAsync(context, "Error", null, xml =>
        {
            xml.WriteElementString("Code", error.Code);
            xml.WriteElementString("Message", error.Message);
            foreach (var (name, value) in error.Details)
                xml.WriteElementString(name, value);
            xml.WriteElementString("Resource", resource);
            xml.WriteElementString("RequestId", context.Response.Headers["x-amz-request-id"]);
        });
    }

    /// <summary>Reads a small request body, verifies its checksums and parses it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="parse">Reads the document from its root.</param>
    /// <param name="bodyHasChecksum">False if an x-amz-checksum- header does not refer to the body.</param>
    /// <exception cref="AwsException">MalformedXML, or an error of <see cref="ObjectBody"/>.</exception>
    public static async Task<T> ReadAsync<T>(S3Request request, Func<XmlReader, T> parse, bool bodyHasChecksum = true)
    {
        using var body = new ObjectBody(request.Http, request.Signature, bodyHasChecksum);
        if (body.Length > MaxRequestBytes)
            throw S3Errors.MalformedXml();
        using var content = new MemoryStream((int)body.Length);
        await body.ReadAsync(
            (piece, _) =>
            {
                content.Write(piece.Span);
                return content.Length > MaxRequestBytes ? throw S3Errors.MalformedXml() : ValueTask.CompletedTask;
            },
            request.Aborted
        );
#pragma warning disable CA5351 // The protocol defines Content-MD5.
        if (
            body.ExpectedMd5 is not null
            && !System.Security.Cryptography.MD5.HashData(content.ToArray()).AsSpan().SequenceEqual(body.ExpectedMd5)
        )
            throw S3Errors.BadDigest("Content-MD5");
#pragma warning restore CA5351
        content.Position = 0;
        try
        {
            using var xml = XmlReader.Create(content, s_reading);
            xml.MoveToContent();
            return parse(xml);
        }
        catch (Exception error) when (error is XmlException or FormatException or OverflowException)
        {
            throw S3Errors.MalformedXml();
        }
    }

    /// <summary>Returns an algorithm's element, such as <c>ChecksumCRC32</c> for crc32.</summary>
    public static string ChecksumElement(string algorithm) => "Checksum" + algorithm.ToUpperInvariant();

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Quoted(string etag) => $"\"{etag}\"";

    private static async Task WriteAsync(
        HttpContext context,
        string root,
        string? xmlNamespace,
        Action<XmlWriter> content
    )
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, s_writing))
        {
            xml.WriteStartElement(root, xmlNamespace);
            content(xml);
            xml.WriteEndElement();
        }
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = buffer.Length;
        await context.Response.Body.WriteAsync(
            buffer.GetBuffer().AsMemory(0, (int)buffer.Length),
            context.RequestAborted
        );
    }
}
