import CCurl
import Foundation
import HTTP

/// One libcurl transfer, set up from a request; used on the loop's thread only.
final class EasyHandle {
    let handle: UnsafeMutableRawPointer
    private let fields: UnsafeMutablePointer<curl_slist>?
    /// The callbacks reach the transfer through an unretained pointer.
    private let transfer: Transfer

    /// Nil when the address cannot be used.
    init?(_ transfer: Transfer) {
        let request = transfer.request
        guard request.url.hasPrefix("http://") || request.url.hasPrefix("https://"),
            request.url.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), let handle = curl_easy_init()
        else { return nil }
        self.handle = handle
        self.transfer = transfer
        // Without this libcurl waits a second for permission to send a larger body.
        var list = curl_slist_append(nil, "Expect:")
        for field in request.headers {
            let line = field.value.isEmpty ? field.name + ";" : "\(field.name): \(field.value)"
            list = curl_slist_append(list, line)
        }
        fields = list
        setTarget(request)
        setMethod(request)
        setCallbacks(transfer)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(fields)
    }

    private func setTarget(_ request: FetchRequest) {
        let isSecure = request.url.hasPrefix("https://")
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, isSecure ? "https" : "http,https")
        set(CURLOPT_FOLLOWLOCATION, request.maximumRedirects > 0 ? 1 : 0)
        set(CURLOPT_MAXREDIRS, request.maximumRedirects)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_USERAGENT, "frontdesk")
        // A proxy of the environment must not see what stays on this machine.
        if EasyHandle.isLoopback(request.url) { set(CURLOPT_PROXY, "") }
        let milliseconds = max(1, Int(request.deadline / .milliseconds(1)))
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
        if request.deadlineCoversBody { set(CURLOPT_TIMEOUT_MS, milliseconds) }
    }

    private func setMethod(_ request: FetchRequest) {
        frontdesk_curl_set_pointer(handle, CURLOPT_HTTPHEADER, fields)
        if request.method == .head {
            set(CURLOPT_NOBODY, 1)
        } else if request.method == .get, request.body.isEmpty {
            set(CURLOPT_HTTPGET, 1)
        } else {
            set(CURLOPT_POST, 1)
            frontdesk_curl_set_size(
                handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            request.body.withUnsafeBytes { bytes in
                _ = frontdesk_curl_set_pointer(
                    handle, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress ?? UnsafeRawPointer(handle))
            }
            if request.method != .post { set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
        }
    }

    private func setCallbacks(_ transfer: Transfer) {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        frontdesk_curl_set_pointer(handle, CURLOPT_PRIVATE, context)
        frontdesk_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        frontdesk_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        frontdesk_curl_set_bytes(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return transfer.take(Array(buffer)) ? buffer.count : frontdesk_curl_pause()
        }
        frontdesk_curl_set_bytes(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
            // Returning less than was given ends the transfer: the headers grew too large.
            return transfer.takeHeader(String(decoding: buffer, as: UTF8.self)) ? buffer.count : 0
        }
    }

    private func set(_ option: CURLoption, _ value: Int) {
        frontdesk_curl_set_long(handle, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        frontdesk_curl_set_text(handle, option, value)
    }

    /// Whether the address names this machine.
    static func isLoopback(_ url: String) -> Bool {
        let host = URLComponents(string: url)?.host ?? ""
        return host == "localhost" || host.hasPrefix("127.") || host == "::1" || host == "[::1]"
    }
}
